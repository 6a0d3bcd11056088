package org.limelm.train.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TagColoursTest {
    private static final String ANSI = "picocli.ansi";

    @AfterEach
    void reset() {
        System.clearProperty(ANSI);
    }

    @Test
    void tagsAreColoursByTheirFirstLetter() {
        System.setProperty(ANSI, "true");
        TagColours colours = TagColours.automatic();
        String noun = colours.show("people", List.of("NNS", "NONE"));
        assertThat(noun).matches("\033\\[\\d\\dmpeople\033\\[0m");
        assertThat(colours.show("people", List.of("NN", "NONE"))).isEqualTo(noun);
        assertThat(colours.show("people", List.of("VB", "NONE"))).isNotEqualTo(noun);
        assertThat(colours.show("France", List.of("NNP", "GPE"))).contains(";4m");
        assertThat(colours.show(" ", List.of("NN", "NONE"))).isEqualTo(" ");
        assertThat(colours.show("x", List.of("NONE", "NONE"))).isEqualTo("x");
        assertThat(colours.legend()).contains("NN\033[0m", "NNP", "NNS", "VB");
    }

    @Test
    void withoutColoursTagsAreWords() {
        System.setProperty(ANSI, "false");
        TagColours colours = TagColours.automatic();
        assertThat(colours.show(" France", List.of("NNP", "GPE"))).isEqualTo(" France/NNP,GPE");
        assertThat(colours.legend()).isEmpty();
    }
}
