package org.limelm.train.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.limelm.core.io.Json;
import org.limelm.train.evaluation.TokenStatistics.PassageSums;

class TokenStatisticsTest {
    private static final Sums TEXT = new Sums(900, StatisticsCollector.PASSAGE, 3_000, 300);
    private static final Sums END_OF_TEXT = new Sums(1, 0, 5, 0);

    @Test
    void theEndOfTextBelongsToThePassageOfTheLastByte() {
        TokenStatistics statistics =
                statistics(
                        new PassageSums("0:0", 0, TEXT),
                        new PassageSums("0:0", 1, END_OF_TEXT), // a document of exactly a passage
                        new PassageSums("0:1", 0, TEXT.plus(END_OF_TEXT)));
        assertThat(statistics.passages())
                .containsExactly(
                        new PassageSums("0:0", 0, TEXT.plus(END_OF_TEXT)),
                        new PassageSums("0:1", 0, TEXT.plus(END_OF_TEXT)));
        assertThat(statistics.total().tokens()).isEqualTo(1_802);
    }

    @Test
    void aDocumentWithoutBytesIsNotPartOfAnother() {
        PassageSums text = new PassageSums("0:0", 0, TEXT);
        PassageSums empty = new PassageSums("0:1", 0, END_OF_TEXT);
        assertThat(statistics(text, empty).passages()).containsExactly(text, empty);
    }

    @Test
    void filesOfEarlierRunsAreReadAlike() {
        String file =
                """
                {"classTags":"full","classes":[],"vocabulary":[],"passages":[
                 {"document":"0:0","part":0,"sums":{"tokens":900,"bytes":4096,"nats":3000.0,"correct":300}},
                 {"document":"0:0","part":1,"sums":{"tokens":1,"bytes":0,"nats":5.0,"correct":0}}]}
                """;
        assertThat(Json.parse(file, TokenStatistics.class, "test").passages())
                .containsExactly(new PassageSums("0:0", 0, TEXT.plus(END_OF_TEXT)));
    }

    private static TokenStatistics statistics(PassageSums... passages) {
        return new TokenStatistics("full", List.of(passages), List.of(), List.of());
    }
}
