package org.limelm.train.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** German from OpenNLP's models on the class path to generated text, as in docs/annotation.md. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LanguageIT {
    private static final String METADATA = "pos(tags=upos)";

    @TempDir private static Path folder;

    @Test
    @Order(1)
    void modelsAreImportedFromTheClassPath() {
        assertThat(lime("annotator", "import", "--language", "de", "--out", path("models")).out())
                .contains("NOUN", "ADP+DET");
    }

    @Test
    @Order(2)
    void orFromJars() throws Exception {
        List<String> arguments =
                new ArrayList<>(List.of("annotator", "import", "--language", "de"));
        arguments.addAll(List.of("--out", path("models-of-jars")));
        for (URL properties :
                Collections.list(getClass().getClassLoader().getResources("model.properties"))) {
            String jar = properties.getPath();
            arguments.add(Path.of(URI.create(jar.substring(0, jar.indexOf('!')))).toString());
        }
        lime(arguments.toArray(String[]::new));
        assertThat(folder.resolve("models-of-jars/models.json"))
                .hasSameBinaryContentAs(folder.resolve("models/models.json"));

        Path damaged = Files.writeString(folder.resolve("damaged.jar"), "no archive");
        CapturedRun ran =
                CapturedRun.of(
                        "annotator",
                        "import",
                        "--language",
                        "de",
                        "--out",
                        path("no-models"),
                        damaged.toString());
        assertThat(ran.status()).isNotZero();
        assertThat(ran.err()).contains("damaged.jar");
        assertThat(folder.resolve("no-models")).doesNotExist();
    }

    @Test
    @Order(3)
    void wholeTextsAreAnnotated() {
        lime("tokenizer", "train", text(), "--out", path("tokenizer.json"), "--vocabulary", "400");
        assertThat(annotate("full", "full").out()).contains("annotation full", "NOUN");
    }

    @Test
    @Order(4)
    void causalModelsAreTrainedOnTheirLabels() {
        lime(
                "annotator",
                "label",
                text(),
                "--models",
                path("models"),
                "--tags",
                "upos",
                "--out",
                path("de.conllu"));
        lime(
                "annotator",
                "train",
                "--treebank",
                path("de.conllu"),
                "--out",
                path("models"),
                "--part",
                "WORD_CLUSTERS,CAUSAL_BOUNDARIES,CAUSAL_UPOS");
        assertThat(annotate("causal", "causal").out()).contains("annotation causal", "NOUN");
    }

    @Test
    @Order(5)
    void aModelTrainsAndGenerates() {
        lime(
                "train",
                "../configs/mini.yaml",
                "data.corpus=[" + text() + "]",
                "data.metadata=[{feature: pos, tags: upos}]",
                "data.annotator=" + path("models"),
                "data.tokenizer.path=" + path("tokenizer.json"),
                "data.work=" + path("work"),
                "data.validationFraction=0",
                "annotation=causal",
                "run.folder=" + path("run"),
                "model.hiddenSize=32",
                "model.numLayers=1",
                "model.numHeads=2",
                "model.numKvHeads=2",
                "model.headDim=16",
                "model.ffnSize=64",
                "model.contextLength=32",
                "training.steps=3",
                "training.batchSize=2",
                "training.precision=f32",
                "schedule.warmupSteps=1",
                "logging.measurePeak=false");
        CapturedRun generated =
                lime("generate", path("run"), "--prompt", "Der Müller", "--max-tokens", "8");
        assertThat(generated.out()).startsWith("Der Müller");
        assertThat(generated.out().strip()).isNotEqualTo("Der Müller");
        assertThat(generated.err()).contains("causal", "observed");
    }

    private CapturedRun annotate(String mode, String out) {
        return lime(
                "annotate",
                text(),
                "--models",
                path("models"),
                "--metadata",
                METADATA,
                "--annotation",
                mode,
                "--tokenizer",
                path("tokenizer.json"),
                "--out",
                path(out));
    }

    private static CapturedRun lime(String... arguments) {
        CapturedRun ran = CapturedRun.of(arguments);
        assertThat(ran.status()).as(ran.err()).isZero();
        return ran;
    }

    private static String path(String name) {
        return folder.resolve(name).toString();
    }

    private static String text() {
        URL text = Objects.requireNonNull(LanguageIT.class.getResource("german.txt"));
        return Path.of(URI.create(text.toString())).toString();
    }
}
