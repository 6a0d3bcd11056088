package org.limelm.train.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class DocumentClassesTest {
    @Test
    void anEntityContinuesWhileItsTypeStaysTheSame() {
        assertThat(DocumentClasses.entity("NONE", "GPE", true)).isEqualTo("initial");
        assertThat(DocumentClasses.entity("GPE", "GPE", true)).isEqualTo("continuation");
        assertThat(DocumentClasses.entity("GPE", "DATE", true)).isEqualTo("initial");
        assertThat(DocumentClasses.entity("GPE", "NONE", true)).isEqualTo("none");
    }

    @Test
    void prefixesTellAdjacentEntitiesApartAndPiecesOfTheFirstWordContinue() {
        assertThat(DocumentClasses.entity("I-GPE", "B-GPE", true)).isEqualTo("initial");
        assertThat(DocumentClasses.entity("I-GPE", "B-GPE", false)).isEqualTo("initial");
        assertThat(DocumentClasses.entity("B-GPE", "B-GPE", true)).isEqualTo("initial");
        assertThat(DocumentClasses.entity("B-GPE", "B-GPE", false)).isEqualTo("continuation");
        assertThat(DocumentClasses.entity("B-DATE", "B-GPE", false)).isEqualTo("initial");
        assertThat(DocumentClasses.entity("B-GPE", "I-GPE", true)).isEqualTo("continuation");
    }

    @Test
    void digitsAndPunctuationOfTheFirstWordContinueItsEntity() {
        assertThat(entities("In NONE", "_19 B-DATE", "99 B-DATE"))
                .containsExactly("none", "initial", "continuation");
        assertThat(entities("_U B-GPE", ". B-GPE", "S B-GPE", ". B-GPE", "_law NONE"))
                .containsExactly("initial", "continuation", "continuation", "continuation", "none");
        assertThat(entities("_Ross B-PER", "i B-PER", "_Bell B-PER", "ini B-PER"))
                .containsExactly("initial", "continuation", "initial", "continuation");
    }

    @Test
    void aTokenOfWhiteSpaceThatBelongsToAnEntityBeginsItOnce() {
        assertThat(entities("19 B-DATE", "_ B-DATE", "20 B-DATE"))
                .containsExactly("initial", "initial", "continuation");
        assertThat(entities("19 B-DATE", "_ NONE", "20 B-DATE"))
                .containsExactly("initial", "none", "initial");
    }

    /**
     * Returns the classes of tokens.
     *
     * @param tokens pieces and tags; _ stands for a space of a piece
     */
    private static List<String> entities(String... tokens) {
        List<String[]> split = Arrays.stream(tokens).map(token -> token.split(" ", -1)).toList();
        WordPieces words =
                WordPieces.of(
                        split.stream()
                                .map(token -> token[0].replace('_', ' '))
                                .map(piece -> piece.getBytes(StandardCharsets.UTF_8))
                                .toList());
        List<String> classes = new ArrayList<>();
        for (int i = 0; i < tokens.length; i++) {
            String before = i == 0 ? "NONE" : split.get(i - 1)[1];
            classes.add(DocumentClasses.entity(before, split.get(i)[1], words.isSpaced(i)));
        }
        return classes;
    }
}
