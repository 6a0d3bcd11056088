package org.limelm.annotate.feature.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.limelm.annotate.TinyModels;
import org.limelm.annotate.feature.FeatureAnnotators;
import org.limelm.annotate.feature.FeatureSpec;
import org.limelm.annotate.feature.TaggedText;
import org.limelm.core.ConfigException;
import org.limelm.core.LimeException;
import org.limelm.core.io.Json;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.text.DocumentFields;
import org.limelm.core.text.LabelledSpan;

class BuiltInFeaturesTest {
    private static final String NONE = "NONE";

    @TempDir private Path folder;

    private static List<String> tags(String feature, AnnotationMode mode, String... pieces) {
        FeatureAnnotators annotators =
                FeatureAnnotators.of(Optional.of(TinyModels.folder()), FeatureSpec.listOf(feature));
        return TaggedText.tags(annotators, mode, annotators.schema().names().get(0), pieces);
    }

    @ParameterizedTest
    @CsvSource({
        "house, LOWER",
        "naïve, LOWER",
        "東京, LOWER",
        "House, CAPITALIZED",
        "I, CAPITALIZED",
        "McDonald, MIXED",
        "iPhone, MIXED",
        "NATO, UPPER",
        "U.S., UPPER",
        "1863, NUMBER",
        "'3,200.50', NUMBER",
        "19th, ALPHANUMERIC",
        "B2, ALPHANUMERIC",
        "--, PUNCTUATION",
        "',', PUNCTUATION",
        "$, OTHER",
        "🙂, OTHER"
    })
    void theShapeIsTheKindsOfCharacters(String word, String shape) {
        assertThat(ShapeProvider.shape(word)).hasToString(shape);
    }

    @Test
    void theShapeOfAPieceIsThatOfItsWordOrOfTheWordSoFar() {
        String[] pieces = {"NA", "to", " ", "\n", "sat"};
        assertThat(tags("shape", AnnotationMode.FULL, pieces))
                .containsExactly("MIXED", "MIXED", NONE, NONE, "LOWER");
        for (AnnotationMode mode : List.of(AnnotationMode.CAUSAL, AnnotationMode.PREFIX)) {
            assertThat(tags("shape", mode, pieces))
                    .containsExactly("UPPER", "MIXED", NONE, NONE, "LOWER");
        }
    }

    @Test
    void thePositionIsThatOfThePieceInItsWord() {
        String[] pieces = {"The", " un", "believ", "able", " ", " cat"};
        assertThat(tags("position", AnnotationMode.FULL, pieces))
                .containsExactly("WHOLE", "BEGIN", "INSIDE", "END", NONE, "WHOLE");
        assertThat(tags("position", AnnotationMode.PREFIX, pieces))
                .containsExactly("WHOLE", "WHOLE", "END", "END", NONE, "WHOLE");
        assertThat(tags("position", AnnotationMode.CAUSAL, pieces))
                .containsExactly("BEGIN", "BEGIN", "INSIDE", "INSIDE", NONE, "BEGIN");
        assertThat(tags("position(length=true)", AnnotationMode.FULL, pieces))
                .containsExactly(
                        "WHOLE:3-4", "BEGIN:12+", "INSIDE:12+", "END:12+", NONE, "WHOLE:3-4");
        assertThat(tags("position(length=true)", AnnotationMode.CAUSAL, pieces))
                .containsExactly(
                        "BEGIN:3-4", "BEGIN:1-2", "INSIDE:8-11", "INSIDE:12+", NONE, "BEGIN:3-4");
    }

    @Test
    void theSentenceFeatureCountsWords() {
        String[] pieces = {"The", " c", "at", " sat", ".", "\n\n", "The", " cat", " ", "sat"};
        for (AnnotationMode mode : AnnotationMode.values()) {
            assertThat(tags("sentence", mode, pieces))
                    .as(mode.label())
                    .containsExactly("1", "2", "2", "3", "4", NONE, "1", "2", NONE, "3");
        }
        String[] long40 = "word ".repeat(40).strip().split("(?= )");
        assertThat(tags("sentence", AnnotationMode.CAUSAL, long40))
                .contains("5-8", "9-16", "17-32")
                .endsWith("33+");
    }

    private static List<String> column(String options, DocumentFields fields, String... pieces) {
        FeatureAnnotators annotators =
                FeatureAnnotators.of(
                        Optional.of(TinyModels.folder()),
                        FeatureSpec.listOf("column(field=x," + options + ")"));
        assertThat(annotators.fields()).containsExactly("x");
        assertThat(annotators.missing(AnnotationMode.FULL)).isEmpty();
        assertThat(annotators.missing(AnnotationMode.PREFIX)).containsExactly("column");
        assertThat(annotators.missing(AnnotationMode.CAUSAL)).containsExactly("column");
        assertThatThrownBy(() -> annotators.newIncrementalAnnotator(AnnotationMode.PREFIX))
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll("[column]", "mode prefix");
        return TaggedText.tags(annotators, AnnotationMode.FULL, "column", fields, pieces);
    }

    @Test
    void aColumnHasTheTagsThatCameWithTheDocument() {
        DocumentFields value = new DocumentFields(Map.of("x", "en"), Map.of());
        assertThat(column("tags=\"en,de\"", value, "A", " ", " ca", "t"))
                .containsExactly("en", NONE, "en", "en");
        assertThat(column("tags=\"de,OTHER\"", value, "A", " cat")).containsOnly("OTHER");
        assertThat(column("tags=en", DocumentFields.NONE, "A", " cat")).containsOnly(NONE);
        assertThatThrownBy(() -> column("tags=de", value, "A", " cat"))
                .isInstanceOf(LimeException.class)
                .hasMessageContainingAll("[metadata: column]", "'x'", "'en'", "[NONE, de]");
    }

    @Test
    void aBlankValueIsNone() {
        for (String blank : List.of("", " ")) {
            DocumentFields value = new DocumentFields(Map.of("x", blank), Map.of());
            for (String tags : List.of("tags=de", "tags=\"de,OTHER\"")) {
                assertThat(column(tags, value, "A", " cat")).as(tags).containsOnly(NONE);
            }
        }
    }

    @Test
    void spansTagThePiecesThatTheyTouch() {
        List<LabelledSpan> spans =
                List.of(
                        new LabelledSpan(14, 16, "B"), // York, in part
                        new LabelledSpan(0, 3, "A"),
                        new LabelledSpan(8, 11, "B"), // a space before New, and a part of it
                        new LabelledSpan(8, 16, "A"));
        DocumentFields fields = new DocumentFields(Map.of(), Map.of("x", spans));
        // A long span comes before the shorter ones that begin with it.
        assertThat(column("tags=\"A,B\"", fields, "The", " cat", " ", " New", " Yo", "rk", " sat"))
                .containsExactly("A", NONE, NONE, "A", "A", "A", NONE);
    }

    @Test
    void allBytesOfACharacterHaveTheTagOfItsSpan() {
        DocumentFields fields =
                new DocumentFields(Map.of(), Map.of("x", List.of(new LabelledSpan(2, 4, "CITY"))));
        FeatureAnnotators annotators =
                FeatureAnnotators.of(
                        Optional.of(TinyModels.folder()),
                        FeatureSpec.listOf("column(field=x,tags=CITY)"));
        assertThat(TaggedText.tagsOfBytes(annotators, "column", fields, "a 北京"))
                .containsExactly(NONE, NONE, "CITY", "CITY", "CITY", "CITY", "CITY", "CITY");
    }

    @Test
    void aTagMayBeAComma() {
        List<LabelledSpan> spans =
                List.of(new LabelledSpan(0, 1, "NN"), new LabelledSpan(1, 2, ","));
        DocumentFields fields = new DocumentFields(Map.of(), Map.of("x", spans));
        assertThat(column("tags=" + Json.toLine("[\"NN\", \",\"]"), fields, "a", ","))
                .containsExactly("NN", ",");
    }

    @Test
    void aNameOrTagThatIsNoneIsAnErrorOfTheConfiguration() {
        for (String options : List.of("name=Lang,tags=en", "tags=DROPPED")) {
            assertThatThrownBy(() -> column(options, DocumentFields.NONE, "a"))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("[metadata: column(");
        }
    }

    @Test
    void theKeysOfAPositionAreNotNamesOfFeatures() {
        for (String name : List.of("start", "end")) {
            assertThatThrownBy(() -> column("tags=en,name=" + name, DocumentFields.NONE, "a"))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContainingAll("[metadata: column(", "'" + name + "'", "Hint:");
        }
    }

    private String dictionary(String content, String more) throws IOException {
        Path file = Files.writeString(folder.resolve("words.tsv"), content);
        return "dictionary(file=" + file + more + ")";
    }

    @Test
    void theLongestPhraseIsTagged() throws IOException {
        String feature =
                dictionary(
                        "New York\tCITY\nNew York Times\tPAPER\nTimes\tDATE\n\nYork\tTOWN\n", "");
        String[] pieces = {"The", " New", " Yo", "rk", " Times", " sat", " in", " New", " York"};
        assertThat(tags(feature, AnnotationMode.FULL, pieces))
                .containsExactly(
                        NONE, "PAPER", "PAPER", "PAPER", "PAPER", NONE, NONE, "CITY", "CITY");
        for (AnnotationMode mode : List.of(AnnotationMode.CAUSAL, AnnotationMode.PREFIX)) {
            assertThat(tags(feature, mode, pieces))
                    .containsExactly(NONE, NONE, NONE, "CITY", "PAPER", NONE, NONE, NONE, "CITY");
        }
        assertThat(tags(feature, AnnotationMode.FULL, "new", " york")).containsOnly(NONE);
    }

    @Test
    void optionsOfTheDictionary() throws IOException {
        String feature = dictionary("new  york\tCITY\n", ",case=ignore,name=places");
        assertThat(tags(feature, AnnotationMode.FULL, "New", " YORK")).containsOnly("CITY");
        assertThat(tags(feature, AnnotationMode.CAUSAL, "New", " YORK"))
                .containsExactly(NONE, "CITY");
        assertThat(FeatureAnnotators.schema(FeatureSpec.listOf(feature)).names())
                .containsExactly("places");
    }

    @Test
    void malformedLinesAreReported() throws IOException {
        for (String line : List.of("Paris", "Paris\tA\tB", "\tCITY", "Rome\tTOWN", "x\tNONE")) {
            String feature = dictionary("Rome\tCITY\n" + line + "\n", "");
            assertThatThrownBy(() -> FeatureAnnotators.schema(FeatureSpec.listOf(feature)))
                    .as(line)
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContainingAll("[metadata: dictionary]", "words.tsv:2", "expected");
        }
    }
}
