package org.limelm.train.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TaggedWordsTest {
    @Test
    void entitiesAreBoxesAroundTheirWords() {
        String html =
                new TaggedWords(
                                List.of("pos", "ner"),
                                List.of(
                                        word("New", "NNP", "B-GPE"),
                                        word("York", "NNP", "I-GPE"),
                                        word("France", "NNP", "B-GPE"),
                                        word("<b>", "SYM", "NONE"),
                                        word("May", "NONE", "DATE")))
                        .toHtml()
                        .replaceAll("<span class=\"entity\"[^>]*data-tag=\"(\\w+)\"[^>]*>", "[$1 ")
                        .replaceAll("<b>\\w+</b></span>", "]")
                        .replaceAll("<span class=\"pos\"[^>]*>(\\w+)</span>", "/$1")
                        .replaceAll("<[^>]*>|\n", "");

        assertThat(html).isEqualTo("[GPE New/NNPYork/NNP][GPE France/NNP]&lt;b&gt;/SYM[DATE May]");
    }

    @Test
    void piecesAreShownIfThereAreSeveral() {
        String html =
                new TaggedWords(
                                List.of("shape"),
                                List.of(
                                        new TaggedWords.Word(
                                                "one", List.of("LOWER"), List.of("one")),
                                        new TaggedWords.Word(
                                                "second", List.of("NONE"), List.of("sec", "ond"))))
                        .toHtml();

        assertThat(html)
                .containsOnlyOnce("class=\"pieces\"")
                .contains("<span>sec</span><span>ond</span>")
                .contains("title=\"shape: LOWER\"");
    }

    private static TaggedWords.Word word(String text, String pos, String ner) {
        return new TaggedWords.Word(text, List.of(pos, ner), List.of(text));
    }
}
