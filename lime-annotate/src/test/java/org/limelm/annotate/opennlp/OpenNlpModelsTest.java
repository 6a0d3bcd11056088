package org.limelm.annotate.opennlp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import opennlp.tools.namefind.BilouCodec;
import opennlp.tools.namefind.NameFinderME;
import opennlp.tools.namefind.NameSample;
import opennlp.tools.namefind.TokenNameFinderFactory;
import opennlp.tools.postag.POSSample;
import opennlp.tools.postag.POSTaggerFactory;
import opennlp.tools.postag.POSTaggerME;
import opennlp.tools.sentdetect.SentenceDetectorFactory;
import opennlp.tools.sentdetect.SentenceDetectorME;
import opennlp.tools.sentdetect.SentenceSample;
import opennlp.tools.tokenize.TokenSample;
import opennlp.tools.tokenize.TokenizerFactory;
import opennlp.tools.tokenize.TokenizerME;
import opennlp.tools.util.ObjectStreamUtils;
import opennlp.tools.util.Span;
import opennlp.tools.util.TrainingParameters;
import opennlp.tools.util.model.BaseModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.annotate.TinyModels;
import org.limelm.annotate.annotator.AnnotatorOptions;
import org.limelm.annotate.annotator.EntityTags;
import org.limelm.annotate.annotator.PosTagset;
import org.limelm.annotate.models.Annotators;
import org.limelm.annotate.models.ModelList;
import org.limelm.core.io.Json;
import org.limelm.core.io.Sha256;
import org.limelm.core.text.LinguisticToken;

/** Models of OpenNLP's tools in a model folder. */
class OpenNlpModelsTest {
    private static final String[] WORDS = {"Anna", "saw", "Old", "Berlin", "."};

    @TempDir Path folder;

    @Test
    void theirTagsAreThoseOfTheAnnotator() throws IOException {
        Path models = folder.resolve("models");
        TinyModels.train(folder, models);
        replace(models, "sentences.bin", sentenceModel());
        replace(models, "tokens.bin", tokenModel());
        replace(models, "pos-xpos.bin", posModel());
        replace(models, "entities.bin", entityModel());

        Annotators annotators =
                Annotators.load(models, AnnotatorOptions.of(PosTagset.XPOS, EntityTags.BIO));
        List<LinguisticToken> tokens =
                annotators.newLinguisticAnnotator().annotate("Anna saw Old Berlin.");

        assertThat(tags(annotators, tokens, "pos")).containsExactly("QA", "QB", "QC", "QA", "QD");
        assertThat(tags(annotators, tokens, "ner"))
                .containsExactly("B-SOUL", "NONE", "B-TOWN", "I-TOWN", "NONE");
    }

    private static List<String> tags(
            Annotators annotators, List<LinguisticToken> tokens, String feature) {
        int column = annotators.schema().features().indexOf(annotators.schema().feature(feature));
        return tokens.stream()
                .map(token -> token.tagIds()[column])
                .map(id -> annotators.schema().feature(feature).tags().get(id))
                .toList();
    }

    private static void replace(Path models, String file, BaseModel model) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        model.serialize(bytes);
        Files.write(models.resolve(file), bytes.toByteArray());
        Path path = models.resolve(ModelList.FILE);
        ModelList list = Json.read(path, ModelList.class);
        Map<String, ModelList.Entry> entries = new TreeMap<>(list.models());
        String sha256 = Sha256.of(bytes.toByteArray());
        entries.put(file, new ModelList.Entry(bytes.size(), sha256, "OpenNLP", ""));
        Json.write(
                path, new ModelList(ModelList.VERSION, entries, list.trainedOn(), list.software()));
    }

    private static BaseModel posModel() throws IOException {
        POSSample sample = new POSSample(WORDS, new String[] {"QA", "QB", "QC", "QA", "QD"});
        return POSTaggerME.train(
                "eng",
                ObjectStreamUtils.createObjectStream(repeated(sample)),
                parameters(),
                new POSTaggerFactory());
    }

    private static BaseModel entityModel() throws IOException {
        Span[] names = {new Span(0, 1, "SOUL"), new Span(2, 4, "TOWN")};
        return NameFinderME.train(
                "eng",
                null,
                ObjectStreamUtils.createObjectStream(repeated(new NameSample(WORDS, names, true))),
                parameters(),
                new TokenNameFinderFactory(null, Map.of(), new BilouCodec()));
    }

    private static BaseModel sentenceModel() throws IOException {
        SentenceSample sample =
                new SentenceSample(
                        "Anna saw Dr. Ben. Old Ben ran.", new Span(0, 17), new Span(18, 30));
        return SentenceDetectorME.train(
                "eng",
                ObjectStreamUtils.createObjectStream(repeated(sample)),
                new SentenceDetectorFactory("eng", true, null, null),
                parameters());
    }

    private static BaseModel tokenModel() throws IOException {
        TokenSample sample =
                new TokenSample(
                        "Anna saw Old Berlin.",
                        new Span[] {
                            new Span(0, 4),
                            new Span(5, 8),
                            new Span(9, 12),
                            new Span(13, 19),
                            new Span(19, 20)
                        });
        return TokenizerME.train(
                ObjectStreamUtils.createObjectStream(repeated(sample)),
                new TokenizerFactory("eng", null, false, null),
                parameters());
    }

    private static <T> List<T> repeated(T sample) {
        return new ArrayList<>(Collections.nCopies(20, sample));
    }

    private static TrainingParameters parameters() {
        TrainingParameters parameters = new TrainingParameters();
        parameters.put(TrainingParameters.ALGORITHM_PARAM, "PERCEPTRON");
        parameters.put(TrainingParameters.ITERATIONS_PARAM, 30);
        parameters.put(TrainingParameters.CUTOFF_PARAM, 0);
        return parameters;
    }
}
