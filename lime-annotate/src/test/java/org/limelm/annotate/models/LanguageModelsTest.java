package org.limelm.annotate.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.annotate.TinyOpenNlpModels;
import org.limelm.annotate.annotator.AnnotatorOptions;
import org.limelm.annotate.annotator.PosTagset;
import org.limelm.annotate.evaluation.AnnotatorEvaluation;
import org.limelm.annotate.evaluation.AnnotatorReport;
import org.limelm.annotate.evaluation.EvaluationInputs;
import org.limelm.annotate.evaluation.Measurement;
import org.limelm.annotate.feature.FeatureAnnotators;
import org.limelm.annotate.feature.FeatureSpec;
import org.limelm.core.ConfigException;
import org.limelm.core.LimeException;
import org.limelm.core.io.Sha256;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.text.LinguisticToken;

class LanguageModelsTest {
    private static final AnnotatorOptions UPOS =
            new AnnotatorOptions(Optional.of(PosTagset.UPOS), Optional.empty());

    @TempDir Path folder;

    private final List<URL> jars = new ArrayList<>();

    @Test
    void theFolderHasTheModelsOfTheLanguage() throws IOException {
        add("opennlp-xx-ud-sentence-1.bin", "xx", TinyOpenNlpModels.sentence());
        add("opennlp-xx-ud-tokens-1.bin", "xx", TinyOpenNlpModels.token());
        add("opennlp-xx-ud-pos-1.bin", "xx", TinyOpenNlpModels.pos());
        add("opennlp-yy-ud-pos-1.bin", "yy", new byte[] {1});
        add("opennlp-xx-ud-lemmas-1.bin", "xx", new byte[] {1});

        copy("xx");
        Annotators annotators = Annotators.load(folder.resolve("models"), UPOS);

        List<LinguisticToken> words =
                annotators.newLinguisticAnnotator().annotate("Anna saw Old Berlin.");
        assertThat(words)
                .extracting(word -> annotators.schema().feature("pos").tags().get(word.tagIds()[0]))
                .containsExactly("QA", "QB", "QC", "QA", "QD");
        assertThat(annotators.info().models())
                .containsOnlyKeys("sentences.bin", "tokens.bin", "pos-upos.bin");
    }

    @Test
    void withoutCausalModelsNoFeatureExistsInModeCausal() throws IOException {
        theFolderHasTheModelsOfTheLanguage();
        Annotators annotators =
                FeatureAnnotators.of(
                        Optional.of(folder.resolve("models")),
                        FeatureSpec.listOf("pos(tags=upos),shape"));

        assertThat(annotators.missing(AnnotationMode.FULL)).isEmpty();
        assertThat(annotators.missing(AnnotationMode.CAUSAL)).containsExactly("pos", "shape");
        assertThatThrownBy(annotators::newCausalAnnotator)
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("of annotation mode causal")
                .hasMessageContaining("--part WORD_CLUSTERS,CAUSAL_BOUNDARIES,CAUSAL_UPOS");
        assertThatThrownBy(() -> annotators.require(AnnotationMode.CAUSAL))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("use mode full");
    }

    @Test
    void featuresThatTheLanguageLacksAreNamed() throws IOException {
        theFolderHasTheModelsOfTheLanguage();
        assertThatThrownBy(
                        () ->
                                Annotators.load(
                                        folder.resolve("models"), AnnotatorOptions.defaults()))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("no model pos-xpos.bin")
                .hasMessageContaining("pos(tags=upos)");
    }

    @Test
    void languagesAreNotMixed() throws IOException {
        theFolderHasTheModelsOfTheLanguage();
        assertThatThrownBy(() -> copy("xx"))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("expected a new folder");
        assertThatThrownBy(() -> Annotators.copyBundled(folder.resolve("models")))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("another language");
    }

    @Test
    void theirAccuracyCanBeMeasured() throws IOException {
        theFolderHasTheModelsOfTheLanguage();
        Path gold =
                Files.writeString(
                        folder.resolve("gold.conllu"),
                        "1\tAnna\t_\tQA\t_\t_\t_\t_\t_\t_\n2\tsaw\t_\tQC\t_\t_\t_\t_\t_\t_\n\n");
        List<TrainedAnnotators> annotators =
                Annotators.optionsOf(folder.resolve("models")).stream()
                        .map(options -> Annotators.load(folder.resolve("models"), options))
                        .toList();

        AnnotatorReport report =
                AnnotatorEvaluation.run(
                        new EvaluationInputs(List.of(gold), List.of(gold), List.of(), List.of()),
                        annotators);

        assertThat(report.models()).containsOnlyKeys("upos");
        assertThat(report.measurements())
                .extracting(Measurement::measure)
                .containsExactly("UPOS accuracy", "words/s per thread", "token F1");
        assertThat(report.measurements().get(0).full()).hasValue(0.5);
        assertThat(report.measurements()).allMatch(measured -> measured.causal().isEmpty());
        assertThatThrownBy(
                        () ->
                                AnnotatorEvaluation.run(
                                        new EvaluationInputs(
                                                List.of(), List.of(), List.of(), List.of(gold)),
                                        annotators))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("--ner");
    }

    @Test
    void aMissingModelIsNamedByItsArtifact() throws IOException {
        add("opennlp-yy-ud-pos-1.bin", "yy", new byte[] {1});
        assertThatThrownBy(() -> copy("xx"))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("no model for sentences")
                .hasMessageContaining("other languages: [yy]")
                .hasMessageContaining("org.apache.opennlp:opennlp-models-sentdetect-xx");
    }

    @Test
    void aDamagedModelIsRefusedAndNothingIsWritten() throws IOException {
        add("opennlp-xx-ud-sentence-1.bin", "xx", TinyOpenNlpModels.sentence());
        add("opennlp-xx-ud-tokens-1.bin", "xx", TinyOpenNlpModels.token());
        Path pos = add("opennlp-xx-ud-pos-1.bin", "xx", TinyOpenNlpModels.pos());
        Files.write(pos, new byte[] {1});

        assertThatThrownBy(() -> copy("xx"))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("opennlp-xx-ud-pos-1.bin")
                .hasMessageContaining("SHA-256");
        assertThat(folder.resolve("models")).doesNotExist();
    }

    @Test
    void twoModelsForTheSameAreRefused() throws IOException {
        add("opennlp-xx-a-pos-1.bin", "xx", new byte[] {1});
        add("opennlp-xx-b-pos-1.bin", "xx", new byte[] {2});
        assertThatThrownBy(() -> copy("xx"))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("opennlp-xx-a-pos-1.bin")
                .hasMessageContaining("opennlp-xx-b-pos-1.bin");
    }

    private void copy(String language) throws IOException {
        try (URLClassLoader loader = new URLClassLoader(jars.toArray(URL[]::new), null)) {
            LanguageModels.copy(language, loader, folder.resolve("models"));
        }
    }

    /** Adds a model in a place of its own, like the jars on Maven Central. */
    private Path add(String name, String language, byte[] model) throws IOException {
        Path jar = Files.createDirectories(folder.resolve("jar-" + jars.size()));
        Files.writeString(
                jar.resolve("model.properties"),
                "model.name="
                        + name
                        + "\nmodel.language="
                        + language
                        + "\nmodel.sha256="
                        + Sha256.of(model)
                        + "\n");
        jars.add(jar.toUri().toURL());
        return Files.write(jar.resolve(name), model);
    }
}
