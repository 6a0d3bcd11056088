package org.limelm.annotate.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.annotate.TinyModels;
import org.limelm.annotate.annotator.AnnotatorOptions;
import org.limelm.annotate.models.Annotators;
import org.limelm.annotate.models.ModelFile;
import org.limelm.core.ConfigException;
import org.limelm.core.LimeException;
import org.limelm.core.io.Sha256;

class AnnotatorTrainerTest {
    @TempDir Path folder;

    @Test
    void aModelThatIsNotTheListedOneIsRefused() throws IOException {
        Path models = folder.resolve("models");
        TinyModels.train(folder, models);
        Path file = models.resolve("causal-xpos.bin");
        byte[] content = Files.readAllBytes(file);
        content[content.length / 2] ^= 1;
        Files.write(file, content);
        assertThatThrownBy(() -> Annotators.load(models, AnnotatorOptions.defaults()))
                .isInstanceOf(LimeException.class)
                .hasMessageContainingAll("causal-xpos.bin", "SHA-256 is", "expected");
    }

    @Test
    void trainingTwiceGivesTheSameBytes() throws IOException {
        TinyModels.train(folder, folder.resolve("first"));
        TinyModels.train(folder, folder.resolve("second"));

        Map<String, String> first = hashes(folder.resolve("first"));
        assertThat(first).hasSize(ModelFile.values().length + 1);
        assertThat(hashes(folder.resolve("second"))).isEqualTo(first);
    }

    @Test
    void trainedModelsAreLoaded() throws IOException {
        TinyModels.train(folder, folder.resolve("models"));

        Annotators annotators =
                Annotators.load(folder.resolve("models"), AnnotatorOptions.defaults());

        assertThat(annotators.newLinguisticAnnotator().annotate("The cat sat.")).hasSize(4);
    }

    @Test
    void retrainingOneModelKeepsTheOthers() throws IOException {
        Path models = folder.resolve("models");
        TinyModels.train(folder, models);
        Map<String, String> before = hashes(models);

        AnnotatorTrainer.train(
                new TrainerOptions(
                        List.of(folder.resolve("tiny.conllu")),
                        List.of(),
                        models,
                        Set.of(ModelFile.SENTENCES)),
                line -> {});

        assertThat(hashes(models)).isEqualTo(before);
    }

    @Test
    void aMissingModelIsNamed() throws IOException {
        Path models = folder.resolve("models");
        AnnotatorTrainer.train(
                new TrainerOptions(
                        List.of(TinyModels.treebank(folder)),
                        List.of(),
                        models,
                        Set.of(ModelFile.SENTENCES)),
                line -> {});

        assertThatThrownBy(() -> Annotators.load(models, AnnotatorOptions.defaults()))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining(".bin")
                .hasMessageContaining("lime annotator train");
    }

    @Test
    void entityModelsNeedEntityFiles() {
        assertThatThrownBy(
                        () ->
                                new TrainerOptions(
                                        List.of(), List.of(), folder, Set.of(ModelFile.ENTITIES)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("--ner");
    }

    private static Map<String, String> hashes(Path folder) throws IOException {
        Map<String, String> hashes = new TreeMap<>();
        try (var files = Files.list(folder)) {
            files.forEach(file -> hashes.put(file.getFileName().toString(), Sha256.ofFile(file)));
        }
        return hashes;
    }
}
