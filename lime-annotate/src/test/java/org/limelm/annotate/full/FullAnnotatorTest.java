package org.limelm.annotate.full;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import opennlp.tools.util.StringUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.limelm.annotate.TinyModels;
import org.limelm.annotate.annotator.AnnotatorOptions;
import org.limelm.annotate.annotator.LinguisticAnnotator;
import org.limelm.annotate.annotator.TextSpan;
import org.limelm.annotate.models.Annotators;
import org.limelm.annotate.models.TrainedAnnotators;
import org.limelm.core.text.LinguisticToken;

class FullAnnotatorTest {
    private final TrainedAnnotators annotators = TinyModels.annotators();

    @Provide
    Arbitrary<String> texts() {
        Arbitrary<String> words =
                Arbitraries.of(
                        "Dr.",
                        "Smith",
                        "didn't",
                        "$3,200.50",
                        ".",
                        "!",
                        "?",
                        "\"",
                        " ",
                        "  ",
                        "\n",
                        "\n\n",
                        "\n \n",
                        "\r\n",
                        "\t",
                        "\u00A0",
                        "\u2028",
                        "\u3000",
                        "😀",
                        "👩‍👩‍👧",
                        "שלום",
                        "\u202Eabc",
                        "\u0000",
                        "\uFEFF",
                        "\uD800",
                        "\uDC00",
                        "é",
                        "e\u0301",
                        "1.5.6,7",
                        "中文。",
                        "...",
                        "www.a.b/c?d=e");
        return Arbitraries.oneOf(
                words.list().ofMaxSize(40).map(list -> String.join("", list)),
                Arbitraries.strings().ofMaxLength(80),
                Arbitraries.strings().withCharRange(' ', '~').ofMaxLength(200));
    }

    @Property(tries = 500)
    void tokensAreOrderedDisjointAndCoverAllButWhiteSpace(@ForAll("texts") String text) {
        assertCovers(text, annotators.newLinguisticAnnotator().annotate(text));
    }

    @Property(tries = 100)
    void tokensDoNotDependOnPreviousTexts(
            @ForAll("texts") String before, @ForAll("texts") String text) {
        LinguisticAnnotator used = annotators.newLinguisticAnnotator();
        used.annotate(before);

        assertThat(used.annotate(text))
                .usingRecursiveComparison()
                .isEqualTo(annotators.newLinguisticAnnotator().annotate(text));
    }

    @Property(tries = 200)
    void sentencesAreOrderedAndCoverAllButWhiteSpace(@ForAll("texts") String text) {
        int at = 0;
        for (TextSpan sentence : annotators.newStages().sentences(text)) {
            assertThat(sentence.start()).isGreaterThanOrEqualTo(at);
            assertThat(sentence.end()).isGreaterThan(sentence.start());
            assertWhiteSpace(text, at, sentence.start());
            at = sentence.end();
        }
        assertWhiteSpace(text, at, text.length());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a|2000000",
                "7|2000000",
                "1,|2000000",
                "é|500000",
                "😀|500000",
                ".|200000",
                "-|500000",
                "Dr.|200000"
            })
    void aLongRunWithoutWhiteSpaceTakesLinearTime(String unit, int length) {
        String text = unit.repeat(length / unit.length());

        List<LinguisticToken> tokens =
                assertTimeoutPreemptively(
                        Duration.ofSeconds(60),
                        () -> annotators.newLinguisticAnnotator().annotate(text));

        assertCovers(text, tokens);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "They don't like it.|They do n't like it .",
                "Mary's dog ran.|Mary 's dog ran .",
                "He paid $3,200.50 for it.|He paid $ 3,200.50 for it .",
                "Then Dr. Smith came.|Then Dr. Smith came .",
                "It was 10:30 in London.|It was 10:30 in London .",
            })
    void wordsAreSplitAsInTreebanks(String text, String expected) {
        assertThat(words(text)).isEqualTo(List.of(expected.split(" ")));
    }

    @Test
    void anEmptyTextHasNoTokens() {
        assertThat(annotators.newLinguisticAnnotator().annotate("")).isEmpty();
        assertThat(annotators.newLinguisticAnnotator().annotate(" \n\n ")).isEmpty();
    }

    @Test
    void wordsOfTheTrainingDataHaveTheirTags() {
        assertThat(tags("The cat sat on the mat .", "pos"))
                .containsExactly("DT", "NN", "VBD", "IN", "DT", "NN", ".");
        assertThat(tags("John Smith met Mary in Paris in May 1990 .", "ner"))
                .containsExactly(
                        "PERSON", "PERSON", "NONE", "PERSON", "NONE", "GPE", "NONE", "DATE", "DATE",
                        "NONE");
    }

    @Test
    void theBundledModelsTagASentence() {
        TrainedAnnotators bundled = Annotators.bundled(AnnotatorOptions.defaults());
        String text = "John Smith met Mary in Paris at 10:30.";

        assertThat(bundled.newLinguisticAnnotator().annotate(text).stream())
                .extracting(token -> text.substring(token.start(), token.end()))
                .containsExactly("John", "Smith", "met", "Mary", "in", "Paris", "at", "10:30", ".");
        assertThat(tags(bundled, text, "pos"))
                .containsExactly("NNP", "NNP", "VBD", "NNP", "IN", "NNP", "IN", "CD", ".");
        assertThat(tags(bundled, text, "ner").subList(0, 6))
                .containsExactly("PERSON", "PERSON", "NONE", "PERSON", "NONE", "GPE");
    }

    private List<String> tags(String text, String feature) {
        return tags(annotators, text, feature);
    }

    private static List<String> tags(TrainedAnnotators annotators, String text, String feature) {
        var schema = annotators.schema();
        int column = schema.features().indexOf(schema.feature(feature));
        return annotators.newLinguisticAnnotator().annotate(text).stream()
                .map(token -> schema.feature(feature).tag(token.tagIds()[column]))
                .toList();
    }

    private List<String> words(String text) {
        return annotators.newLinguisticAnnotator().annotate(text).stream()
                .map(token -> text.substring(token.start(), token.end()))
                .toList();
    }

    private void assertCovers(String text, List<LinguisticToken> tokens) {
        int at = 0;
        for (LinguisticToken token : tokens) {
            if (token.start() < at || token.end() > text.length()) {
                throw new AssertionError("Out of order: " + token + " after " + at);
            }
            assertWhiteSpace(text, at, token.start());
            for (int i = token.start(); i < token.end(); i++) {
                if (StringUtil.isWhitespace(text.charAt(i))) {
                    throw new AssertionError("Whitespace inside the token at " + token.start());
                }
            }
            for (int f = 0; f < 2; f++) {
                int tag = token.tagIds()[f];
                if (tag < 0 || tag >= annotators.schema().features().get(f).size()) {
                    throw new AssertionError("No such tag: " + tag);
                }
            }
            at = token.end();
        }
        assertWhiteSpace(text, at, text.length());
    }

    private static void assertWhiteSpace(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (!StringUtil.isWhitespace(text.charAt(i))) {
                throw new AssertionError("No token covers character " + i + " of: " + text);
            }
        }
    }
}
