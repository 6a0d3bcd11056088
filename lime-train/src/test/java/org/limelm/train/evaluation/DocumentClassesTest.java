package org.limelm.train.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.limelm.train.evaluation.WordPieces.Kind.WORD_INITIAL;
import static org.limelm.train.evaluation.WordPieces.Kind.WORD_SUFFIX;

import org.junit.jupiter.api.Test;

class DocumentClassesTest {
    @Test
    void anEntityContinuesWhileItsTypeStaysTheSame() {
        assertThat(DocumentClasses.entity("NONE", "GPE", WORD_INITIAL)).isEqualTo("initial");
        assertThat(DocumentClasses.entity("GPE", "GPE", WORD_INITIAL)).isEqualTo("continuation");
        assertThat(DocumentClasses.entity("GPE", "DATE", WORD_INITIAL)).isEqualTo("initial");
        assertThat(DocumentClasses.entity("GPE", "NONE", WORD_INITIAL)).isEqualTo("none");
    }

    @Test
    void prefixesTellAdjacentEntitiesApartAndPiecesOfTheFirstWordContinue() {
        assertThat(DocumentClasses.entity("I-GPE", "B-GPE", WORD_INITIAL)).isEqualTo("initial");
        assertThat(DocumentClasses.entity("B-GPE", "B-GPE", WORD_SUFFIX)).isEqualTo("continuation");
        assertThat(DocumentClasses.entity("B-GPE", "I-GPE", WORD_INITIAL))
                .isEqualTo("continuation");
    }
}
