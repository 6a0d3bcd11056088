package org.limelm.train.score;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.limelm.model.decoder.Batch;

/** Which tokens a row holds and which it predicts. */
class ScoreBatchesTest {
    private static final int CONTEXT = 4;

    private static EncodedContinuation text(int context, int continuation) {
        int[] ids = IntStream.range(0, context + continuation).map(i -> 10 + i).toArray();
        int[] tags = IntStream.of(ids).map(id -> id - 9).toArray();
        return EncodedContinuation.of(ids, new int[ids.length], List.of(tags), context, 1, 99);
    }

    @Test
    void rowsEndWithTheContinuationAndTagsAreShifted() {
        ScoreBatches.Rows rows =
                new ScoreBatches(CONTEXT, 2, 7).of(List.of(text(1, 1), text(3, 2))).get(0);
        assertThat(rows.batch().length()).isEqualTo(CONTEXT);
        assertThat(rows.batch().tokens()).containsExactly(10, 11, 12, 13, 10, 7, 7, 7);
        assertThat(rows.batch().targets())
                .containsExactly(
                        Batch.IGNORED,
                        Batch.IGNORED,
                        13,
                        14,
                        11,
                        Batch.IGNORED,
                        Batch.IGNORED,
                        Batch.IGNORED);
        assertThat(rows.batch().tags().get(0)).containsExactly(2, 3, 4, 5, 2, 0, 0, 0);
    }

    @Test
    void withoutAContextTheEndOfTextComesFirstAndReadsNoTag() {
        ScoreBatches.Rows rows = new ScoreBatches(CONTEXT, 2, 7).of(List.of(text(0, 2))).get(0);
        assertThat(rows.batch().tokens()).containsExactly(99, 10);
        assertThat(rows.batch().targets()).containsExactly(10, 11);
        assertThat(rows.batch().tags().get(0)).containsExactly(0, 2);
    }

    @Test
    void everyTokenOfALongContinuationIsPredictedOnceAfterHalfAContext() {
        for (int length = CONTEXT + 1; length < 20; length++) {
            List<Long> predicted = new ArrayList<>();
            for (ScoreBatches.Rows rows :
                    new ScoreBatches(CONTEXT, 1, 7).of(List.of(text(3, length)))) {
                assertThat(rows.batch().length()).isLessThanOrEqualTo(CONTEXT);
                long[] targets = rows.batch().targets();
                for (int i = 0; i < targets.length; i++) {
                    if (targets[i] != Batch.IGNORED) {
                        assertThat(i).isGreaterThanOrEqualTo(CONTEXT / 2);
                        predicted.add(targets[i]);
                    }
                }
            }
            assertThat(predicted)
                    .containsExactlyInAnyOrderElementsOf(
                            IntStream.range(13, 13 + length).mapToObj(Long::valueOf).toList());
        }
    }
}
