package org.limelm.annotate.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.limelm.annotate.TinyModels;
import org.limelm.annotate.annotator.IncrementalAnnotator;
import org.limelm.annotate.models.Annotators;
import org.limelm.annotate.models.ModelFile;
import org.limelm.core.ConfigException;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.shard.AnnotatorInfo;

class FeatureAnnotatorsTest {
    private static final String ALL = "ner,shape,pos,position(length=true),sentence";

    private static final String[] PIECES = {
        "The", " ca", "t", " sat", " in", " Par", "is", ".", " ", "John", "'s", " tea", " 東", "京",
        "!"
    };

    @TempDir private Path folder;

    private static FeatureAnnotators annotators(String features) {
        return FeatureAnnotators.of(Optional.of(TinyModels.folder()), FeatureSpec.listOf(features));
    }

    @ParameterizedTest
    @EnumSource
    void theDefaultFeaturesAreThoseOfTheTrainedModels(AnnotationMode mode) {
        Annotators trained = TinyModels.annotators();
        FeatureAnnotators configured = annotators("pos,ner");

        assertThat(configured.schema()).isEqualTo(trained.schema());
        assertThat(configured.id()).isEqualTo(trained.id());
        assertThat(TaggedText.columns(configured, mode, PIECES))
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactlyElementsOf(TaggedText.columns(trained, mode, PIECES));
    }

    @ParameterizedTest
    @EnumSource
    void eachFeatureHasTheTagsThatItHasAlone(AnnotationMode mode) {
        FeatureAnnotators all = annotators(ALL);
        assertThat(all.schema().names())
                .containsExactly("ner", "shape", "pos", "position", "sentence");
        List<int[]> together = TaggedText.columns(all, mode, PIECES);
        List<FeatureSpec> specs = FeatureSpec.listOf(ALL);
        for (int f = 0; f < specs.size(); f++) {
            FeatureAnnotators alone = annotators(specs.get(f).label());
            assertThat(together.get(f))
                    .as(specs.get(f).label())
                    .isEqualTo(TaggedText.columns(alone, mode, PIECES).get(0));
            assertThat(Arrays.stream(together.get(f)).sum()).as(specs.get(f).label()).isPositive();
        }
    }

    @Test
    void featuresThatAreNotNamedNeedNoModels() throws IOException {
        Path models = Files.createDirectories(folder.resolve("models"));
        try (var files = Files.list(TinyModels.folder())) {
            for (Path file : files.toList()) {
                Files.copy(file, models.resolve(file.getFileName()));
            }
        }
        for (ModelFile unused :
                List.of(ModelFile.ENTITIES, ModelFile.CAUSAL_ENTITIES, ModelFile.POS_UPOS)) {
            Files.delete(models.resolve(unused.fileName()));
        }
        FeatureAnnotators pos =
                FeatureAnnotators.of(Optional.of(models), FeatureSpec.listOf("pos,shape"));

        assertThat(TaggedText.tags(pos, AnnotationMode.FULL, "pos", "The", " cat", " sat"))
                .containsExactly("DT", "NN", "VBD");
        assertThat(pos.info().models()).doesNotContainKey(ModelFile.ENTITIES.fileName());
        assertThatThrownBy(
                        () ->
                                FeatureAnnotators.of(
                                        Optional.of(models), FeatureSpec.listOf("pos,ner")))
                .hasMessageContaining(ModelFile.ENTITIES.fileName());
    }

    @Test
    void aForkContinuesWhereItsOriginalStands() {
        IncrementalAnnotator original = annotators(ALL).newCausalAnnotator();
        List<int[]> whole = new ArrayList<>();
        List<int[]> forked = new ArrayList<>();
        for (String piece : PIECES) {
            byte[] bytes = piece.getBytes(StandardCharsets.UTF_8);
            forked.add(original.fork().push(bytes));
            whole.add(original.push(bytes));
            assertThat(original.push(new byte[0])).containsOnly(0); // the end of a text
        }
        assertThat(whole).usingRecursiveFieldByFieldElementComparator().isEqualTo(forked);
        original.reset();
        assertThat(original.push(PIECES[0].getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(whole.get(0));
    }

    @Test
    void aPieceInsideACharacterBeginsNoWord() {
        byte[] word = " über".getBytes(StandardCharsets.UTF_8);
        IncrementalAnnotator annotator = annotators("sentence,position").newCausalAnnotator();
        annotator.push("So".getBytes(StandardCharsets.UTF_8));
        int[] begun = annotator.push(new byte[] {word[0], word[1]});
        int[] completed = annotator.push(new byte[] {word[2], word[3]});
        annotator.push(new byte[] {(byte) 0xE2});
        int[] partial = annotator.push(new byte[] {(byte) 0x80});

        assertThat(begun).containsExactly(0, 0); // no character yet
        assertThat(completed).containsExactly(2, 2); // the second word, BEGIN
        assertThat(partial).containsExactly(2, 3); // the same word, INSIDE
    }

    @Test
    void theIdDependsOnEverythingThatTheTagsDependOn() throws IOException {
        Path words = Files.writeString(folder.resolve("words.tsv"), "Paris\tCITY\n");
        String dictionary = "pos,dictionary(file=" + words + ")";
        FeatureAnnotators before = annotators(dictionary);
        assertThat(annotators(dictionary).id()).isEqualTo(before.id());
        assertThat(before.info().metadata())
                .contains(List.of("pos", FeatureSpec.listOf(dictionary).get(1).label()));
        assertThat(before.info().codeVersion())
                .isPresent()
                .isEqualTo(TinyModels.annotators().info().codeVersion());

        Files.writeString(words, "London\tCITY\n");
        FeatureAnnotators after = annotators(dictionary);

        assertThat(after.schema()).isEqualTo(before.schema());
        assertThat(after.id()).isNotEqualTo(before.id());
        AnnotatorInfo expected = before.info();
        assertThat(expected.differences(after.info()))
                .singleElement()
                .asString()
                .startsWith("feature dictionary is");
        assertThat(
                        List.of(
                                annotators("pos").id(),
                                annotators("ner").id(),
                                annotators("shape").id()))
                .doesNotHaveDuplicates();
        assertThat(annotators("pos,shape").id()).isNotEqualTo(annotators("shape,pos").id());
    }

    @Test
    void keptFilesReplaceTheOriginals() throws IOException {
        Path words = Files.writeString(folder.resolve("words.tsv"), "Paris\tCITY\n");
        List<FeatureSpec> specs = FeatureSpec.listOf("shape,dictionary(file=" + words + ")");
        FeatureAnnotators original = FeatureAnnotators.of(Optional.of(TinyModels.folder()), specs);
        Path run = folder.resolve("run");
        FeatureFiles.keep(original.files(), run);
        Files.delete(words);

        FeatureAnnotators moved =
                FeatureAnnotators.of(
                        Optional.of(TinyModels.folder()), FeatureFiles.kept(specs, run));

        assertThat(moved.id()).isEqualTo(original.id());
        assertThat(FeatureFiles.kept(specs, folder)).isEqualTo(specs); // no copies here
    }

    @Test
    void unknownNamesAreRefusedWithTheKnownOnes() {
        assertThatThrownBy(() -> annotators("pos,shap"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll(
                        "'shap'",
                        "column, dictionary, full_only, ner, pos, position, sentence, shape");
        assertThatThrownBy(() -> annotators("pos(tag=upos)"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll("[metadata: pos]", "'tag'", "known options are tags");
        assertThatThrownBy(() -> annotators("ner(tags=iob)"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll("[metadata: ner]", "'iob'", "type, bio");
        assertThatThrownBy(() -> annotators("dictionary"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll("[metadata: dictionary]", "'file' is missing");
        assertThatThrownBy(() -> annotators("shape,shape"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll("[shape, shape]", "distinct names");
    }

    @Test
    void aFeatureWithoutATaggerForAModeIsRefusedThere() {
        FeatureAnnotators fullOnly = annotators("full_only");
        assertThat(fullOnly.missing(AnnotationMode.FULL)).isEmpty();
        assertThat(fullOnly.missing(AnnotationMode.CAUSAL)).containsExactly("full_only");
        assertThat(TaggedText.tags(fullOnly, AnnotationMode.FULL, "full_only", "A", " b"))
                .containsExactly("LAST", "LAST");
        assertThatThrownBy(fullOnly::newCausalAnnotator)
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll("[metadata: full_only]", "mode causal", "Hint:");
    }

    @Test
    void aTagIdOutsideTheTagSetIsReported() {
        assertThatThrownBy(
                        () ->
                                TaggedText.tags(
                                        annotators("full_only(tag=7)"),
                                        AnnotationMode.FULL,
                                        "full_only",
                                        "A"))
                .hasMessageContainingAll("[metadata: full_only]", "tag id 7", "0 to 1");
    }
}
