package org.limelm.train.loop;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.BaseNDManager;
import ai.djl.ndarray.NDManager;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.train.TestCorpus;
import org.limelm.train.arm.Arm;
import org.limelm.train.config.Accumulation;
import org.limelm.train.config.RunConfig;
import org.limelm.train.data.BatchLoader;
import org.limelm.train.data.HostBatch;
import org.limelm.train.data.TrainingData;
import org.limelm.train.distributed.Team;
import org.limelm.train.evaluation.Evaluator;
import org.limelm.train.evaluation.MetadataLabel;
import org.limelm.train.optim.GradientStep;
import org.limelm.train.optim.PendingStep;
import org.limelm.train.optim.StepHealth;

class LiveArraysTest {
    private static final int STEPS = 300;

    @TempDir Path folder;

    /** Returns the number of arrays and managers in a manager and its descendants. */
    static int held(NDManager manager) {
        int held = manager.getManagedArrays().size();
        try {
            Field field = BaseNDManager.class.getDeclaredField("resources");
            field.setAccessible(true);
            for (Object resource : ((Map<?, ?>) field.get(manager)).values()) {
                if (resource instanceof NDManager child) {
                    held += 1 + held(child);
                }
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("This DJL keeps its resources elsewhere", e);
        }
        return held;
    }

    @Test
    void stepsAndEvaluationsLeakNoArrays() {
        Path shards = TestCorpus.write(folder.resolve("shards"), TestCorpus.documents(40, 1));
        RunConfig config = TestCorpus.run(shards, folder.resolve("run"), STEPS, 2);
        try (TrainingData data = TrainingData.open(config);
                TrainableModel model = new TrainableModel(config, data, Team.alone())) {
            BatchLoader batches = data.batches(0, 1, Accumulation.of(1), 1);
            GradientStep gradientStep = model.gradientStep(1);
            int expected = held(model.manager());
            assertThat(expected).isGreaterThan(3 * model.decoder().parameters().size());
            int good = 0;
            for (int step = 0; step < STEPS; step++) {
                List<HostBatch> micro = List.of(batches.batch(step, 0), batches.batch(step, 1));
                try (PendingStep taken =
                        gradientStep.take(step + 1, micro, 1e-3, Double.POSITIVE_INFINITY)) {
                    good += taken.await().health() == StepHealth.GOOD ? 1 : 0;
                }
                if (step % 100 == 0) {
                    new Evaluator(model.decoder(), model.manager())
                            .evaluate(
                                    "lime",
                                    MetadataLabel.of(Arm.LIME, AnnotationMode.CAUSAL, "test"),
                                    "validation",
                                    data.validation(),
                                    4,
                                    0);
                }
                assertThat(held(model.manager())).as("after step %d", step).isEqualTo(expected);
            }
            assertThat(good).isGreaterThan(STEPS / 2);
        }
    }
}
