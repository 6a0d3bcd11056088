package org.limelm.annotate.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.annotate.TinyModels;
import org.limelm.annotate.annotator.AnnotatorOptions;
import org.limelm.annotate.annotator.EntityTags;
import org.limelm.annotate.annotator.IncrementalAnnotator;
import org.limelm.annotate.annotator.PosTagset;
import org.limelm.annotate.annotator.TagIds;
import org.limelm.annotate.models.Annotators;
import org.limelm.annotate.models.ModelFile;
import org.limelm.core.ConfigException;
import org.limelm.core.LimeException;
import org.limelm.core.io.FolderLock;
import org.limelm.core.io.Sha256;
import org.limelm.core.text.LinguisticToken;

class AnnotatorTrainerTest {
    @TempDir Path folder;

    @Test
    void aModelWithAnotherHashIsRejected() throws IOException {
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
    void aTrainingThatIsInterruptedKeepsFinishedModels() throws IOException {
        Path models = folder.resolve("models");
        TinyModels.train(folder, models);
        Files.writeString(
                folder.resolve("tiny.conllu"),
                Files.readString(folder.resolve("tiny.conllu")).replace("\tIN\t", "\tTO\t"));
        AnnotatorOptions options = AnnotatorOptions.defaults();
        String before = Annotators.load(models, options).id();

        assertThatThrownBy(
                        () ->
                                AnnotatorTrainer.train(
                                        new TrainerOptions(
                                                List.of(folder.resolve("tiny.conllu")),
                                                List.of(),
                                                models,
                                                EnumSet.of(
                                                        ModelFile.POS_XPOS, ModelFile.CAUSAL_XPOS)),
                                        line -> {
                                            if (line.equals("causal-xpos.bin")) {
                                                throw new IllegalStateException("killed");
                                            }
                                        }))
                .hasMessage("killed");

        assertThat(Annotators.load(models, options).id()).isNotEqualTo(before);
    }

    @Test
    void twoTrainingsDoNotWriteIntoOneFolder() throws IOException {
        Path models = Files.createDirectories(folder.resolve("models"));
        Path treebank = TinyModels.treebank(folder);
        try (FolderLock other = FolderLock.tryAcquire(models).orElseThrow()) {
            assertThat(other.folder()).isEqualTo(models);
            assertThatThrownBy(() -> train(List.of(treebank), List.of(), ModelFile.TOKENS))
                    .isInstanceOf(LimeException.class)
                    .hasMessageContaining("is writing models into this folder");
            assertThatThrownBy(() -> Annotators.copyBundled(models))
                    .isInstanceOf(LimeException.class)
                    .hasMessageContaining("is writing models into this folder");
            assertThat(hashes(models)).isEmpty();
        }
        train(List.of(treebank), List.of(), ModelFile.TOKENS);
        assertThat(FolderLock.isHeld(models)).isFalse();
    }

    @Test
    void aMissingModelIsNamed() throws IOException {
        Path models = folder.resolve("models");
        AnnotatorTrainer.train(
                new TrainerOptions(
                        List.of(TinyModels.treebank(folder)),
                        List.of(),
                        models,
                        Set.of(ModelFile.WORD_CLUSTERS, ModelFile.SENTENCES)),
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

    @Test
    void customTagsAreStoredInTheModelsAndUsedInBothModes() throws IOException {
        Path models = trainedOnCustomTags();

        Annotators annotators = Annotators.load(models, AnnotatorOptions.defaults());

        assertThat(annotators.schema().feature("ner").tags())
                .containsExactly("NONE", "ORG", "DATE", "MONEY", "CARDINAL", "CITY", "PER");
        assertThat(annotators.schema().feature("pos").tags()).contains("XX").doesNotContain("VB");
        int city = annotators.schema().feature("ner").id("CITY");
        int xx = annotators.schema().feature("pos").id("XX");
        List<int[]> full =
                annotators.newLinguisticAnnotator().annotate("Dogs ran to London.").stream()
                        .map(LinguisticToken::tagIds)
                        .toList();
        assertThat(full).anyMatch(tags -> tags[1] == city).anyMatch(tags -> tags[0] == xx);
        IncrementalAnnotator causal = annotators.newCausalAnnotator();
        List<int[]> growing = new ArrayList<>();
        for (String piece : List.of("Dogs", " ran", " to", " London", ".")) {
            growing.add(causal.push(piece.getBytes(StandardCharsets.UTF_8)));
        }
        assertThat(growing).anyMatch(tags -> tags[1] == city).anyMatch(tags -> tags[0] == xx);
    }

    @Test
    void modelsWithBuiltInTagsHaveTheBuiltInTagSet() {
        assertThat(TinyModels.annotators(PosTagset.UPOS, EntityTags.BIO).schema())
                .isEqualTo(AnnotatorOptions.of(PosTagset.UPOS, EntityTags.BIO).schema());
    }

    @Test
    void theReservedTagIsRejectedInTraining() throws IOException {
        Path file = folder.resolve("none.tsv");
        Files.writeString(file, "Paris\tB-NONE\n");
        Path treebank = folder.resolve("blank.conllu");
        Files.writeString(treebank, "1\tHi\t_\tINTJ\t\t_\t_\t_\t_\t_\n");

        assertThatThrownBy(
                        () ->
                                train(
                                        List.of(),
                                        List.of(file),
                                        ModelFile.WORD_CLUSTERS,
                                        ModelFile.ENTITIES))
                .isInstanceOf(LimeException.class)
                .hasMessageContainingAll("NONE", "Paris");
        assertThatThrownBy(
                        () ->
                                train(
                                        List.of(treebank),
                                        List.of(),
                                        ModelFile.WORD_CLUSTERS,
                                        ModelFile.CAUSAL_XPOS))
                .isInstanceOf(LimeException.class)
                .hasMessageContainingAll("causal-xpos.bin", "Hi");
    }

    @Test
    void anUnknownTagIsAnErrorThatNamesTheKnownOnes() {
        TagIds ids = new TagIds(AnnotatorOptions.of(PosTagset.UPOS, EntityTags.TYPE).schema());

        assertThat(ids.entity("O")).isZero();
        assertThatThrownBy(() -> ids.entity("B-PER"))
                .isInstanceOf(LimeException.class)
                .hasMessageContainingAll("B-PER", "PERSON", "CARDINAL");
        assertThatThrownBy(() -> ids.pos("NNP"))
                .isInstanceOf(LimeException.class)
                .hasMessageContainingAll("NNP", "NOUN", "PROPN");
    }

    @Test
    void leftoversOfAKilledTrainingRunAreRemoved() throws IOException {
        Path models = Files.createDirectories(folder.resolve("models"));
        String random = ".0f0f0f0f-0000-4000-8000-00000000abcd.tmp";
        Path leftover = Files.createFile(models.resolve(".sentences.bin" + random));
        Path another = Files.createFile(models.resolve(".other.bin" + random));

        train(
                List.of(TinyModels.treebank(folder)),
                List.of(),
                ModelFile.WORD_CLUSTERS,
                ModelFile.SENTENCES);

        assertThat(leftover).doesNotExist();
        assertThat(another).exists();
    }

    @Test
    void classifiersNeedTheirWordClusters() throws IOException {
        Path treebank = TinyModels.treebank(folder);
        assertThatThrownBy(() -> train(List.of(treebank), List.of(), ModelFile.POS_XPOS))
                .isInstanceOf(LimeException.class)
                .hasMessageContainingAll("word-clusters.bin", "WORD_CLUSTERS");

        Path models = folder.resolve("models");
        TinyModels.train(folder, models);
        assertThatThrownBy(() -> train(List.of(treebank), List.of(), ModelFile.WORD_CLUSTERS))
                .isInstanceOf(LimeException.class)
                .hasMessageContainingAll("sentences.bin", "new word clusters", "all models again");
        assertThatThrownBy(() -> Annotators.copyBundled(models))
                .isInstanceOf(LimeException.class)
                .hasMessageContainingAll("word clusters of its own", "new folder");

        Path list = models.resolve("models.json");
        Files.writeString(
                list,
                Files.readString(list)
                        .replaceFirst("\"clusters\" : \"\\w+\"", "\"clusters\" : \"0\""));
        assertThatThrownBy(() -> Annotators.load(models, AnnotatorOptions.defaults()))
                .isInstanceOf(LimeException.class)
                .hasMessageContainingAll("other word clusters", "train all classifiers");
    }

    @Test
    void boundariesOfTokensNeedNoWordClusters() throws IOException {
        Path treebank = TinyModels.treebank(folder);

        train(List.of(treebank), List.of(), ModelFile.TOKENS);
        train(List.of(treebank), List.of(), ModelFile.WORD_CLUSTERS, ModelFile.SENTENCES);

        assertThat(folder.resolve("models/tokens.bin")).exists();
    }

    @Test
    void filesOfOneNameAreRecordedByFolder() throws IOException {
        Path first = TinyModels.treebank(Files.createDirectories(folder.resolve("a")));
        Path second = TinyModels.treebank(Files.createDirectories(folder.resolve("b")));
        Files.writeString(second, Files.readString(second) + "\n");

        train(List.of(first, second), List.of(), ModelFile.TOKENS);

        assertThat(Files.readString(folder.resolve("models/models.json")))
                .contains("\"tiny.conllu\"", "\"b/tiny.conllu\"");
    }

    @Test
    void aClassifierNeedsTwoTags() throws IOException {
        Path file = Files.writeString(folder.resolve("none.tsv"), "No\tO\nnames\tO\n");

        assertThatThrownBy(
                        () ->
                                train(
                                        List.of(),
                                        List.of(file),
                                        ModelFile.WORD_CLUSTERS,
                                        ModelFile.ENTITIES))
                .isInstanceOf(LimeException.class)
                .hasMessageContainingAll("at least two tags", "[O]");
    }

    @Test
    void modelsOfAnEarlierFormatAreRejected() throws IOException {
        Path models = folder.resolve("models");
        TinyModels.train(folder, models);
        Path list = models.resolve("models.json");
        Files.writeString(
                list,
                Files.readString(list)
                        .replaceFirst("\"formatVersion\" : \\d+", "\"formatVersion\" : 1")
                        .replaceAll(",\\s*\"clusters\" : \"\\w*\"", ""));

        assertThatThrownBy(() -> Annotators.load(models, AnnotatorOptions.defaults()))
                .isInstanceOf(LimeException.class)
                .hasMessageContainingAll("models.json", "version 1", "annotator train");
    }

    @Test
    void coarseEntitiesTeachWhereEntitiesAre() throws IOException {
        Path coarse = folder.resolve("coarse.tsv");
        String sentence = "We\tO\nwalked\tO\npast\tO\nnew\tB-PLACE\nquux\tI-PLACE\n.\tO\n\n";
        Files.writeString(coarse, sentence.repeat(24));
        CoarseEntities places =
                new CoarseEntities(List.of(coarse), Map.of("GPE", "PLACE", "ORG", "PLACE"));

        List<String> without = entityTags("without", CoarseEntities.NONE);
        List<String> with = entityTags("with", places);

        assertThat(without).containsOnly("NONE");
        assertThat(with.subList(0, 3)).containsOnly("NONE");
        assertThat(with.get(3)).isIn("GPE", "ORG");
        assertThat(with.get(4)).isEqualTo(with.get(3));
        assertThat(with.get(5)).isEqualTo("NONE");
        assertThat(Files.readString(folder.resolve("with/models.json")))
                .contains("coarse entities of {coarse.tsv=1}", "GPE=PLACE", "\"coarse.tsv\"");
    }

    /** Trains models with coarse entities, and returns the types of a sentence of these. */
    private List<String> entityTags(String name, CoarseEntities coarse) throws IOException {
        Path entities = TinyModels.entities(folder);
        TrainerOptions options =
                new TrainerOptions(
                        List.of(TinyModels.treebank(folder)),
                        List.of(entities, entities),
                        folder.resolve(name),
                        Set.of(ModelFile.values()));
        AnnotatorTrainer.train(options.with(coarse), line -> {});
        Annotators annotators = Annotators.load(folder.resolve(name), AnnotatorOptions.defaults());
        return annotators.newLinguisticAnnotator().annotate("We walked past new quux .").stream()
                .map(token -> annotators.schema().feature("ner").tag(token.tagIds()[1]))
                .toList();
    }

    @Test
    void coarseTypesMustCorrespondToTypesOfTheModels() throws IOException {
        Path coarse = Files.writeString(folder.resolve("coarse.tsv"), "Ada\tB-HUMAN\n");
        TrainerOptions options =
                new TrainerOptions(
                        List.of(),
                        List.of(TinyModels.entities(folder)),
                        folder.resolve("models"),
                        Set.of(ModelFile.WORD_CLUSTERS, ModelFile.ENTITIES));
        CoarseEntities unknown = new CoarseEntities(List.of(coarse), Map.of("GPE", "PLACE"));

        assertThatThrownBy(() -> AnnotatorTrainer.train(options.with(unknown), line -> {}))
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll("coarse.tsv", "HUMAN", "PLACE", "--types TYPE=HUMAN");
        CoarseEntities typo = new CoarseEntities(List.of(coarse), Map.of("GEP", "PLACE"));
        assertThatThrownBy(() -> AnnotatorTrainer.train(options.with(typo), line -> {}))
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll("--types GEP=PLACE", "GPE");
        assertThatThrownBy(() -> new CoarseEntities(List.of(), Map.of("GPE", "PLACE")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("--coarse-ner");
        assertThatThrownBy(
                        () ->
                                TrainerOptions.of(
                                                List.of(TinyModels.treebank(folder)),
                                                List.of(),
                                                folder)
                                        .with(unknown))
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll("--coarse-ner", "--ner");
    }

    private Path trainedOnCustomTags() throws IOException {
        Path treebank = TinyModels.treebank(folder);
        Path entities = TinyModels.entities(folder);
        Files.writeString(
                treebank, Files.readString(treebank).replaceAll("\tVB[A-Z]?\t", "\tXX\t"));
        Files.writeString(
                entities,
                Files.readString(entities).replace("-GPE", "-CITY").replace("-PERSON", "-PER"));
        train(List.of(treebank), List.of(entities), ModelFile.values());
        return folder.resolve("models");
    }

    private void train(List<Path> treebanks, List<Path> entities, ModelFile... models) {
        AnnotatorTrainer.train(
                new TrainerOptions(treebanks, entities, folder.resolve("models"), Set.of(models)),
                line -> {});
    }

    /** Returns the hash of every file of a folder by name, except for the lock. */
    private static Map<String, String> hashes(Path folder) throws IOException {
        Map<String, String> hashes = new TreeMap<>();
        try (var files = Files.list(folder)) {
            files.filter(file -> !file.endsWith(FolderLock.FILE))
                    .forEach(
                            file -> hashes.put(file.getFileName().toString(), Sha256.ofFile(file)));
        }
        return hashes;
    }
}
