package org.limelm.train.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.limelm.core.ConfigException;
import org.limelm.core.metadata.Feature;
import org.limelm.core.metadata.MetadataSchema;

/** Plans of tags as regular expressions. */
class TagPatternTest {
    private static final MetadataSchema SCHEMA =
            new MetadataSchema(
                    List.of(
                            new Feature("ner", List.of("NONE", "GPE")),
                            new Feature(
                                    "pos", List.of("NONE", "DT", "JJ", "NN", "NNP", "PRP$", ","))));

    /** Returns whether a pattern allows a sequence, tag by tag. */
    private static boolean allows(String text, String sequence) {
        TagPattern pattern = TagPattern.of(SCHEMA, "pos", text);
        List<int[]> before = new ArrayList<>();
        for (String tag : sequence.split(" ")) {
            int[] tags = {0, SCHEMA.feature("pos").id(tag)};
            if (!pattern.after(before).test(tags)) {
                return false;
            }
            before.add(tags);
        }
        return true;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "DT JJ* NN          ; DT JJ JJ NN    ; true",
                "DT JJ* NN          ; DT NN          ; true",
                "DT JJ* NN          ; DT JJ          ; true", // may still become a match
                "DT JJ* NN          ; JJ             ; false",
                "DT JJ* NN          ; DT NN NN       ; false", // ends after NN
                "DT NN              ; DT NNP         ; false", // a tag is not the start of another
                "(DT | PRP$) NN+    ; PRP$ NN NN     ; true",
                "(DT | PRP$) NN+    ; NN             ; false",
                "DT . NN            ; DT NNP NN      ; true",
                "DT .*              ; DT NN NN , NN  ; true",
                "NN , NN            ; NN , NN        ; true"
            })
    void tagsAreAllowedAsLongAsThePatternCanBeMatched(
            String pattern, String sequence, boolean allowed) {
        assertThat(allows(pattern, sequence)).isEqualTo(allowed);
    }

    @Test
    void unknownTagsFeaturesAndBrokenPatternsAreRejected() {
        assertThatThrownBy(() -> TagPattern.of(SCHEMA, "pos", "DT XX"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("unknown pos tag 'XX' in 'DT XX', expected one of [NONE, DT");
        assertThatThrownBy(() -> TagPattern.of(SCHEMA, "color", "DT"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("no feature 'color'");
        assertThatThrownBy(() -> TagPattern.of(SCHEMA, "pos", "(DT"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("is not a pattern of tags");
    }
}
