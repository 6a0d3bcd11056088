package org.limelm.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.limelm.model.bench.ProcessMemory;
import org.limelm.model.torch.OptimizerKernels;
import org.limelm.model.torch.Precision;

class TrainingMemoryTest {
    private static final int STEPS = 500;

    @Test
    void fiveHundredStepsKeepTheNumberOfLiveArraysAndTheMemory() {
        ModelConfig config = TestModels.micro();
        try (NDManager manager = NDManager.newBaseManager();
                OptimizerKernels optimizer = new OptimizerKernels();
                LimeDecoder model =
                        LimeDecoder.create(
                                config,
                                TestModels.SCHEMA,
                                Precision.BF16,
                                Recompute.everyNth(2),
                                manager,
                                1)) {
            Batch batch = TestModels.batch(manager, config, TestModels.SCHEMA, 4, 2);
            NDList weights = new NDList(model.parameters().values());
            NDList means = zeros(weights, manager);
            NDList squares = zeros(weights, manager);
            NDList counts = new NDList();
            weights.forEach(weight -> counts.add(manager.zeros(new Shape())));
            Gradients gradients = Gradients.of(model);
            double targets = (double) batch.targets().gte(0).sum().getLong();
            int arraysAtStart = manager.getManagedArrays().size();
            int weightsAtStart = weights.get(0).getManager().getManagedArrays().size();
            long bytesWarm = 0;
            float first = 0;
            float last = 0;
            for (int step = 0; step < STEPS; step++) {
                try (NDManager scope = manager.newSubManager()) {
                    gradients.reset();
                    NDArray loss = model.accumulate(batch, targets, gradients, scope);
                    optimizer.globalNorm(gradients.ordered(), scope);
                    optimizer.adamW(
                            weights,
                            gradients.ordered(),
                            means,
                            squares,
                            counts,
                            1e-3,
                            0.9,
                            0.95,
                            1e-8,
                            0);
                    model.weightsChanged();
                    last = loss.getFloat();
                    if (step == 0) {
                        first = last;
                    }
                    // input and output of a step: nothing but loss, gradients, norm and count
                    assertThat(scope.getManagedArrays().size())
                            .isLessThanOrEqualTo(weights.size() + 8);
                }
                if (step == STEPS / 2) {
                    bytesWarm = ProcessMemory.residentBytes();
                }
            }
            assertThat(manager.getManagedArrays()).hasSize(arraysAtStart);
            assertThat(weights.get(0).getManager().getManagedArrays()).hasSize(weightsAtStart);
            assertThat(last).as("the micro model learns its batch").isLessThan(first / 3);
            // A leak of the step's activations would be 200 KB a step, 50 MB here.
            long grown = ProcessMemory.residentBytes() - bytesWarm;
            assertThat(grown).as("bytes grown over 249 steps").isLessThan(16L << 20);
        }
    }

    @Test
    void aThreadWithoutGradModeTrainsAllTheSame() throws InterruptedException {
        ModelConfig config = TestModels.micro();
        try (NDManager manager = NDManager.newBaseManager();
                LimeDecoder model =
                        LimeDecoder.create(
                                config,
                                TestModels.SCHEMA,
                                Precision.F32,
                                Recompute.NONE,
                                manager,
                                1)) {
            Batch batch = TestModels.batch(manager, config, TestModels.SCHEMA, 2, 2);
            NDArray expected = model.lossAndGradients(batch, manager).gradients().get(3);
            AtomicReference<NDArray> actual = new AtomicReference<>(expected.zerosLike());
            Thread thread =
                    new Thread(
                            () ->
                                    actual.set(
                                            model.lossAndGradients(batch, manager)
                                                    .gradients()
                                                    .get(3)));
            thread.start();
            thread.join();
            assertThat(actual.get()).isEqualTo(expected);
        }
    }

    private static NDList zeros(NDList like, NDManager manager) {
        NDList zeros = new NDList();
        like.forEach(array -> zeros.add(manager.zeros(array.getShape())));
        return zeros;
    }
}
