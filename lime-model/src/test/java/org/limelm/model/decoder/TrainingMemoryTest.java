package org.limelm.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.limelm.model.device.Precision;
import org.limelm.model.internal.torch.TorchModule;

class TrainingMemoryTest {
    private static final int STEPS = 500;
    private static final String DESCENT =
            """
            def descend_(self, weights: List[Tensor], gradients: List[Tensor]) -> None:
                torch._foreach_add_(weights, gradients, alpha=-0.5)
            """;

    @Test
    void trainingLeaksNeitherArraysNorMemory() {
        ModelConfig config = TestModels.micro();
        TorchModule descent = TorchModule.compile(DESCENT);
        try (NDManager manager = NDManager.newBaseManager();
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
                    descent.callForList(scope, "descend_", weights, gradients.ordered());
                    model.weightsChanged();
                    last = loss.getFloat();
                    if (step == 0) {
                        first = last;
                    }
                    // only the batch, loss and gradients
                    assertThat(scope.getManagedArrays().size())
                            .isLessThanOrEqualTo(weights.size() + 8);
                }
                if (step == STEPS / 2) {
                    bytesWarm = residentBytes();
                }
            }
            assertThat(manager.getManagedArrays()).hasSize(arraysAtStart);
            assertThat(weights.get(0).getManager().getManagedArrays()).hasSize(weightsAtStart);
            assertThat(last).as("the micro model learns its batch").isLessThan(first / 3);
            // A leak of the step's activations would be 200 KB a step, 50 MB here.
            long grown = residentBytes() - bytesWarm;
            assertThat(grown).as("bytes grown over 249 steps").isLessThan(16L << 20);
        }
    }

    @Test
    void trainingWorksOnAThreadWithoutGradMode() throws InterruptedException {
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

    /** Returns the resident memory of this process, or 0 if unavailable. */
    private static long residentBytes() {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .sum();
        } catch (IOException e) {
            return 0;
        }
    }
}
