package org.limelm.train.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WordPiecesTest {
    @Test
    void everyTokenHasItsKind() {
        assertThat(kinds("The", " Un", "it", "ed", " States", " paid", " $", "3", ",", "20", "0"))
                .containsExactly(
                        "word initial",
                        "word initial",
                        "word suffix",
                        "word suffix",
                        "word initial",
                        "word initial",
                        "punctuation",
                        "first digit",
                        "punctuation",
                        "first digit",
                        "further digit");
        assertThat(kinds("Hi", ".", "\n\n", "do", "n't", " \u201c", "x", ""))
                .containsExactly(
                        "word initial",
                        "punctuation",
                        "white space",
                        "word initial",
                        "word suffix",
                        "punctuation",
                        "word initial",
                        "end of text");
    }

    @Test
    void suffixesAreCountedByPositionAndLengthOfTheWord() {
        assertThat(pieces(" con", "sti", "tu", "tion", "al", " la", "w", ".", " a"))
                .containsExactly(
                        "1st of 4+",
                        "2nd of 4+",
                        "3rd of 4+",
                        "4th+ of 4+",
                        "4th+ of 4+",
                        "1st of 2",
                        "2nd of 2",
                        "none",
                        "1st of 1");
    }

    @Test
    void aCharacterCutIntoTwoTokensIsOneLetter() {
        byte[] utf8 = " Zoë".getBytes(StandardCharsets.UTF_8);
        int cut = utf8.length - 1; // within the two bytes of ë
        WordPieces words =
                WordPieces.of(
                        List.of(
                                Arrays.copyOf(utf8, cut),
                                Arrays.copyOfRange(utf8, cut, utf8.length)));
        assertThat(words.kind(0)).isEqualTo(WordPieces.Kind.WORD_INITIAL);
        assertThat(words.kind(1)).isEqualTo(WordPieces.Kind.WORD_SUFFIX);
    }

    private static List<String> kinds(String... pieces) {
        WordPieces words = words(pieces);
        return IntStream.range(0, pieces.length).mapToObj(i -> words.kind(i).label()).toList();
    }

    private static List<String> pieces(String... pieces) {
        WordPieces words = words(pieces);
        return IntStream.range(0, pieces.length).mapToObj(words::pieceOfWord).toList();
    }

    private static WordPieces words(String... pieces) {
        return WordPieces.of(
                Arrays.stream(pieces).map(text -> text.getBytes(StandardCharsets.UTF_8)).toList());
    }
}
