package org.limelm.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.limelm.core.LimeException;
import org.limelm.model.device.Precision;

/**
 * The blocks for a GPU give the results of those for the CPU. Here they run on the CPU, with
 * libtorch's row kernels and a reference of flash attention; {@code lime bench --only check}
 * compares the kernels on a GPU.
 */
class GpuBlocksTest {
    private static final long SEED = 3;
    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void close() {
        manager.close();
    }

    private LimeDecoder onGpu(ModelConfig config, Precision precision, Recompute recompute) {
        ModelFeatures features = ModelFeatures.of(TestModels.SCHEMA);
        DecoderWeights weights =
                new DecoderWeights(
                        config,
                        features,
                        precision,
                        ParameterSpec.of(config, features),
                        new WeightInit(SEED),
                        manager);
        return new LimeDecoder(
                weights, precision, recompute, Optional.of(new TorchRowKernels(config, precision)));
    }

    private LimeDecoder onCpu(ModelConfig config, Precision precision) {
        return LimeDecoder.create(
                config, TestModels.SCHEMA, precision, Recompute.NONE, manager, SEED);
    }

    private Batch batch(ModelConfig config, boolean documents) {
        Batch plain = TestModels.batch(manager, config, TestModels.SCHEMA, 3, 5);
        if (!documents) {
            return plain;
        }
        long length = config.contextLength();
        long[] ids = new long[(int) (3 * length)];
        for (int i = 0; i < ids.length; i++) { // rows of two, three and one document
            long row = i / length;
            long position = i % length;
            ids[i] = row == 0 ? position / (length - 3) : row == 1 ? position * 3 / length : 0;
        }
        return new Batch(
                plain.tokens(),
                plain.targets(),
                plain.tags(),
                Optional.of(manager.create(ids, new Shape(3, length))));
    }

    private static void assertSame(
            LimeDecoder actual, LimeDecoder expected, Batch batch, double tolerance) {
        try (NDManager scope = NDManager.newBaseManager()) {
            LossAndGradients found = actual.lossAndGradients(batch, scope);
            LossAndGradients right = expected.lossAndGradients(batch, scope);
            assertThat((double) found.loss().getFloat())
                    .isCloseTo(
                            right.loss().getFloat(),
                            org.assertj.core.data.Offset.offset(tolerance));
            NDList gradients = found.gradients();
            for (int i = 0; i < gradients.size(); i++) {
                NDArray difference = gradients.get(i).sub(right.gradients().get(i));
                double size = right.gradients().get(i).norm().getFloat();
                assertThat((double) difference.norm().getFloat())
                        .as("gradient %d of %s", i, actual.parameters().keySet())
                        .isLessThanOrEqualTo(tolerance * size + 1e-9);
            }
            assertThat(actual.score(batch, scope).nll().sum().getFloat())
                    .isCloseTo(
                            expected.score(batch, scope).nll().sum().getFloat(),
                            org.assertj.core.data.Percentage.withPercentage(100 * tolerance));
        }
    }

    private void assertSameInFloat32(ModelConfig config, Recompute recompute, boolean documents) {
        assertSame(
                onGpu(config, Precision.F32, recompute),
                onCpu(config, Precision.F32),
                batch(config, documents),
                2e-5);
    }

    @ParameterizedTest
    @EnumSource(Activation.class)
    void rowsAreSequencesOfFlashAttention(Activation activation) {
        ModelConfig config = TestModels.micro().withActivation(activation).withQueryKeyNorm(true);
        assertSameInFloat32(config, Recompute.NONE, false);
    }

    @Test
    void packedDocumentsAreSequencesOfFlashAttention() {
        ModelConfig config = TestModels.micro();
        assertSameInFloat32(config, Recompute.NONE, true);
    }

    @Test
    void recomputationSoftCapAndUntiedHeadGiveTheSameGradients() {
        ModelConfig config = TestModels.micro().withLogitSoftCap(5).withTiedHead(false);
        assertSameInFloat32(config, Recompute.ALL, true);
    }

    @Test
    void inBfloat16GradientsDifferByRoundingOnly() {
        ModelConfig config = TestModels.micro().withQueryKeyNorm(true);
        assertSame(
                onGpu(config, Precision.BF16, Recompute.NONE),
                onCpu(config, Precision.BF16),
                batch(config, true),
                5e-2);
    }

    @Test
    void theTrialOfAnAttentionMeasuresTheLargestDistance() {
        NDList expected =
                new NDList(manager.create(new float[] {3, 4}), manager.create(new float[] {1, 0}));
        NDList actual =
                new NDList(manager.create(new float[] {3, 5}), manager.create(new float[] {1, 1}));
        assertThat(
                        DecoderKernels.PASSES
                                .load()
                                .call(manager, "largest_distance", actual, expected)
                                .getFloat())
                .isEqualTo(1);
    }

    @Test
    void startsWithoutDocumentIdsAreRejected() {
        ModelConfig config = TestModels.micro();
        Batch plain = batch(config, false);
        Batch wrong =
                new Batch(
                        plain.tokens(),
                        plain.targets(),
                        plain.tags(),
                        plain.tagTargets(),
                        Optional.empty(),
                        Optional.of(manager.create(new int[] {0, 72})));
        assertThatThrownBy(() -> onCpu(config, Precision.F32).score(wrong, manager))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("without document ids");
    }
}
