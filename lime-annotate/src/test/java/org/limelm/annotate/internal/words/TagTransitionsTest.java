package org.limelm.annotate.internal.words;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TagTransitionsTest {
    @Test
    void anyPartOfSpeechMayFollowAnother() {
        assertThat(after("NN", TagTransitions.Kind.INDEPENDENT, "NN", "VB"))
                .containsExactly("NN", "VB");
    }

    @Test
    void anEntityContinuesOnlyItsOwnType() {
        String[] bio = {"O", "B-ORG", "I-ORG", "B-LOC", "I-LOC"};

        assertThat(after("O", TagTransitions.Kind.ENTITIES, bio))
                .containsExactly("O", "B-ORG", "B-LOC");
        assertThat(after("B-ORG", TagTransitions.Kind.ENTITIES, bio))
                .containsExactly("O", "B-ORG", "I-ORG", "B-LOC");
        assertThat(after("unknown", TagTransitions.Kind.ENTITIES, bio))
                .containsExactly("O", "B-ORG", "B-LOC");
    }

    @Test
    void anOpenEntityMustEndInBilou() {
        String[] bilou = {"O", "B-ORG", "I-ORG", "L-ORG", "U-ORG", "L-LOC"};

        assertThat(after("B-ORG", TagTransitions.Kind.ENTITIES, bilou))
                .containsExactly("I-ORG", "L-ORG");
        assertThat(after("L-ORG", TagTransitions.Kind.ENTITIES, bilou))
                .containsExactly("O", "B-ORG", "U-ORG");
    }

    private static List<String> after(String tag, TagTransitions.Kind kind, String... tags) {
        boolean[] allowed = new TagTransitions(List.of(tags), kind).after(tag);
        List<String> names = new ArrayList<>();
        for (int i = 0; i < tags.length; i++) {
            if (allowed[i]) {
                names.add(tags[i]);
            }
        }
        return names;
    }
}
