package org.limelm.model.machine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StepShapeTest {
    static StepShape shape(int threads, int contextLength) {
        return new StepShape(
                32, 2, 4, 2, 16, 48, 100, contextLength, 2, true, 1, 1e-6, false, threads);
    }

    @ParameterizedTest
    @CsvSource({"1, 100, 1", "2, 768, 1", "3, 96, 2", "7, 17, 1", "16, 160, 2"})
    void runsHoldEveryBlockOnceAndInOrder(int threads, int rows, int together) {
        StepShape shape = shape(threads, 64);
        int next = 0;
        for (StepShape.Run run : shape.runs(rows, together)) {
            assertThat(run.first()).isEqualTo(next);
            assertThat(run.size()).isBetween(1, 3);
            next += run.size() * run.count();
        }
        assertThat(next).isEqualTo((rows + 15) / 16);
        for (int thread = 0; thread < threads; thread++) {
            int blocks =
                    shape.runs(rows, together, thread).stream()
                            .mapToInt(run -> run.size() * run.count())
                            .sum();
            assertThat(blocks % together).as("thread " + thread).isZero();
        }
    }

    @Test
    void whatInstructionsCannotReachIsAnObstacle() {
        assertThat(shape(2, 1 << 20).obstacle()).isEmpty();
        assertThat(shape(128, 1 << 22).obstacle().orElseThrow()).contains("2 GiB");
        assertThat(shape(1, 1 << 30).obstacle().orElseThrow()).contains("2 GiB");
    }
}
