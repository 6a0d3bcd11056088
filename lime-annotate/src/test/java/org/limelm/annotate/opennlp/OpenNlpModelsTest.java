package org.limelm.annotate.opennlp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.annotate.TinyModels;
import org.limelm.annotate.TinyOpenNlpModels;
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
    @TempDir Path folder;

    @Test
    void theirTagsAreThoseOfTheAnnotator() throws IOException {
        Path models = folder.resolve("models");
        TinyModels.train(folder, models);
        replace(models, "sentences.bin", TinyOpenNlpModels.sentence());
        replace(models, "tokens.bin", TinyOpenNlpModels.token());
        replace(models, "pos-xpos.bin", TinyOpenNlpModels.pos());
        replace(models, "entities.bin", TinyOpenNlpModels.entity());

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

    private static void replace(Path models, String file, byte[] model) throws IOException {
        Files.write(models.resolve(file), model);
        Path path = models.resolve(ModelList.FILE);
        ModelList list = Json.read(path, ModelList.class);
        Map<String, ModelList.Entry> entries = new TreeMap<>(list.models());
        String sha256 = Sha256.of(model);
        entries.put(file, new ModelList.Entry(model.length, sha256, "OpenNLP", ""));
        Json.write(
                path, new ModelList(ModelList.VERSION, entries, list.trainedOn(), list.software()));
    }
}
