package org.limelm.annotate.internal.words;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class EarlierTagsTest {
    private final EarlierTags<String> tags = new EarlierTags<>();

    @Test
    void theLastTagOfACapitalizedFormIsKept() {
        tags.put("Paris", "GPE");
        tags.put("Paris", "PERSON");
        tags.put("tea", "O");
        assertThat(tags.get("Paris", "*")).isEqualTo("PERSON");
        assertThat(tags.get("tea", "*")).isEqualTo("*");
        tags.clear();
        assertThat(tags.get("Paris", "*")).isEqualTo("*");
    }

    @Test
    void longFormsAreNotKept() {
        String longest = "X".repeat(EarlierTags.MAX_FORM_CHARS);
        tags.put(longest, "ORG");
        tags.put(longest + "X", "ORG");
        assertThat(tags.get(longest, "*")).isEqualTo("ORG");
        assertThat(tags.get(longest + "X", "*")).isEqualTo("*");
    }

    @Test
    void onlyTheFirstFormsAreKeptAndACopyAgrees() {
        EarlierTags<String> copy = tags;
        for (int i = 0; i <= EarlierTags.MAX_FORMS; i++) {
            if (i == EarlierTags.MAX_FORMS - 1) {
                copy = tags.copy();
            }
            tags.put("X" + i, "ORG");
        }
        copy.put("X" + (EarlierTags.MAX_FORMS - 1), "ORG");
        copy.put("X" + EarlierTags.MAX_FORMS, "ORG");
        tags.put("X0", "GPE"); // a form that is known

        assertThat(tags.get("X0", "*")).isEqualTo("GPE");
        assertThat(copy.get("X0", "*")).isEqualTo("ORG");
        for (EarlierTags<String> kept : List.of(tags, copy)) {
            assertThat(kept.get("X" + (EarlierTags.MAX_FORMS - 1), "*")).isEqualTo("ORG");
            assertThat(kept.get("X" + EarlierTags.MAX_FORMS, "*")).isEqualTo("*");
        }
    }
}
