package org.limelm.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.train.TestCorpus;
import org.limelm.train.arm.Arm;
import org.limelm.train.record.StepMetrics;

/**
 * Compares losses with recorded values. A difference means that data order, initial weights, model,
 * gradients or optimizer have changed, intentionally or not.
 */
class GoldenLossTest {
    /** Larger than rounding differences between machines, smaller than any real change. */
    private static final double TOLERANCE = 5e-4;

    @TempDir Path folder;

    private List<Double> losses(Arm arm) {
        Path shards = TestCorpus.write(folder.resolve("shards"), TestCorpus.documents(60, 1));
        List<Double> losses = new ArrayList<>();
        TrainingListener listener =
                new TrainingListener() {
                    @Override
                    public void onStep(StepMetrics metrics, long totalSteps) {
                        losses.add(metrics.loss());
                    }
                };
        Trainer.train(
                TestCorpus.run(shards, folder.resolve("run"), 20, 2).withArm(arm),
                listener,
                StopSignal.manual());
        return losses;
    }

    private static void assertGolden(List<Double> losses, double... expected) {
        assertThat(losses).hasSize(expected.length);
        for (int i = 0; i < expected.length; i++) {
            assertThat(losses.get(i))
                    .as("step %d of %s", i + 1, losses)
                    .isCloseTo(expected[i], within(TOLERANCE));
        }
    }

    @Test
    void twentyStepsOfTheBaseline() {
        assertGolden(
                losses(Arm.BASELINE),
                5.5413,
                5.5089,
                5.4306,
                5.3381,
                5.2719,
                5.1872,
                5.1113,
                5.0335,
                4.9428,
                4.9185,
                4.8924,
                4.8199,
                4.7940,
                4.7333,
                4.7880,
                4.7326,
                4.6877,
                4.7133,
                4.6713,
                4.7137);
    }

    @Test
    void twentyStepsOfLime() {
        assertGolden(
                losses(Arm.LIME),
                5.5413,
                5.4943,
                5.3881,
                5.2986,
                5.2415,
                5.1667,
                5.0936,
                5.0240,
                4.9310,
                4.8953,
                4.8676,
                4.8042,
                4.7754,
                4.7146,
                4.7653,
                4.7102,
                4.6655,
                4.6897,
                4.6526,
                4.6896);
    }

    @Test
    void twentyStepsOfLimePlusOne() {
        assertGolden(
                losses(Arm.LIME_PLUS_1),
                5.5413,
                5.4921,
                5.3866,
                5.2960,
                5.2383,
                5.1649,
                5.0918,
                5.0226,
                4.9298,
                4.8938,
                4.8657,
                4.8044,
                4.7740,
                4.7143,
                4.7630,
                4.7083,
                4.6640,
                4.6887,
                4.6524,
                4.6873);
    }
}
