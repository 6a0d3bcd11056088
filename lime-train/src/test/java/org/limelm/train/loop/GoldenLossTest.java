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
 * Losses that were once right. A change of them means that data order, initial weights, model,
 * gradients or optimizer have changed: intended, or not.
 */
class GoldenLossTest {
    /** Wider than rounding on other machines, narrower than any change of what is computed. */
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
                5.5452,
                5.5220,
                5.4764,
                5.4097,
                5.3480,
                5.3122,
                5.2217,
                5.1930,
                5.1316,
                5.0743,
                5.0462,
                4.9952,
                4.9594,
                4.9392,
                4.9207,
                4.8869,
                4.8702,
                4.8401,
                4.8666,
                4.8315);
    }

    @Test
    void twentyStepsOfLime() {
        assertGolden(
                losses(Arm.LIME),
                5.5452,
                5.5169,
                5.4494,
                5.3901,
                5.3284,
                5.2826,
                5.1950,
                5.1602,
                5.1026,
                5.0460,
                5.0068,
                4.9574,
                4.9150,
                4.8962,
                4.8701,
                4.8417,
                4.8231,
                4.7994,
                4.8164,
                4.7846);
    }

    @Test
    void twentyStepsOfLimePlusOne() {
        assertGolden(
                losses(Arm.LIME_PLUS_1),
                5.5452,
                5.5183,
                5.4506,
                5.3902,
                5.3267,
                5.2819,
                5.1932,
                5.1578,
                5.0994,
                5.0438,
                5.0046,
                4.9528,
                4.9102,
                4.8918,
                4.8651,
                4.8349,
                4.8169,
                4.7934,
                4.8100,
                4.7776);
    }
}
