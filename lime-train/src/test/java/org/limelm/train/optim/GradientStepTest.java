package org.limelm.train.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.limelm.model.decoder.Gradients;
import org.limelm.model.decoder.LimeDecoder;
import org.limelm.model.decoder.Objective;
import org.limelm.model.decoder.Recompute;
import org.limelm.model.device.Precision;
import org.limelm.train.TestCorpus;
import org.limelm.train.arm.Arm;
import org.limelm.train.config.Accumulation;
import org.limelm.train.config.OptimizerConfig;
import org.limelm.train.config.RunConfig;
import org.limelm.train.data.BatchLoader;
import org.limelm.train.data.BatchOrder;
import org.limelm.train.data.HostBatch;
import org.limelm.train.data.MemoryTokenSource;
import org.limelm.train.data.RowLayout;
import org.limelm.train.data.WeightedSource;
import org.limelm.train.distributed.GradientExchange;
import org.limelm.train.distributed.LocalCollective;

class GradientStepTest {
    private static final OptimizerSetup SETUP =
            OptimizerSetup.of(RunConfig.defaults().withOptimizer(OptimizerConfig.adamW()));

    private final NDManager manager = NDManager.newBaseManager();
    private final OptimizerKernels kernels = new OptimizerKernels();
    private final LimeDecoder model =
            LimeDecoder.create(
                    TestCorpus.model(),
                    TestCorpus.SCHEMA,
                    Precision.F32,
                    Recompute.NONE,
                    manager,
                    1);
    private final Gradients gradients = Gradients.of(model);
    private final Optimizer optimizer =
            Optimizer.of(SETUP, TrainedParameter.of(model), kernels, manager);

    @AfterEach
    void close() {
        gradients.close();
        manager.close();
    }

    private GradientStep step(double clipNorm) {
        return new GradientStep(
                model,
                gradients,
                optimizer,
                Optional.empty(),
                kernels,
                clipNorm,
                step -> Objective.CROSS_ENTROPY,
                singleProcess(gradients),
                manager);
    }

    private static GradientExchange singleProcess(Gradients gradients) {
        return new GradientExchange(new LocalCollective(), gradients.buckets());
    }

    /** Applies the current gradients, with a given loss. */
    private StepOutcome apply(double clipNorm, double loss, double rate, double largestNorm) {
        NDList losses = new NDList(manager.create((float) loss));
        try (PendingStep queued = step(clipNorm).apply(1, losses, List.of(), rate, largestNorm)) {
            return queued.await();
        }
    }

    private StepOutcome apply(double clipNorm, double loss, double rate) {
        return apply(clipNorm, loss, rate, Double.POSITIVE_INFINITY);
    }

    private StepOutcome take(List<HostBatch> batches) {
        try (PendingStep queued = step(1).take(1, batches, 0.01, Double.POSITIVE_INFINITY)) {
            return queued.await();
        }
    }

    private Map<String, float[]> weights() {
        Map<String, float[]> copies = new LinkedHashMap<>();
        model.parameters().forEach((name, weight) -> copies.put(name, weight.toFloatArray()));
        optimizer.state().forEach((name, state) -> copies.put(name, state.toFloatArray()));
        return copies;
    }

    /** Returns the exact values of everything a step may change. */
    private Map<String, String> exactWeights() {
        Map<String, String> exact = new LinkedHashMap<>();
        weights().forEach((name, values) -> exact.put(name, Arrays.toString(values)));
        return exact;
    }

    private void fillGradients(float value) {
        gradients.buckets().forEach(bucket -> bucket.set(new NDIndex(":"), value));
    }

    private static HostBatch batch(int rows, int micro, int accumulation) {
        MemoryTokenSource source =
                new MemoryTokenSource(TestCorpus.SCHEMA, TestCorpus.documents(40, 3));
        return new BatchLoader(
                        List.of(WeightedSource.of("x", source, 0)),
                        RowLayout.of(Arm.LIME, TestCorpus.SCHEMA, TestCorpus.CONTEXT, true),
                        BatchOrder.of(1, rows).withAccumulation(Accumulation.of(accumulation)))
                .batch(0, micro);
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void nonFiniteGradientsChangeNeitherWeightsNorMoments(float poison) {
        Map<String, String> before = exactWeights();
        fillGradients(0.1f);
        gradients.ordered().get(3).set(new NDIndex("0"), poison);
        assertThat(apply(1, 1, 0.1).health()).isEqualTo(StepHealth.NON_FINITE);
        assertThat(exactWeights()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY})
    void nonFiniteLossChangesNeitherWeightsNorMoments(double loss) {
        Map<String, String> before = exactWeights();
        fillGradients(0.1f);
        assertThat(apply(1, loss, 0.1).health()).isEqualTo(StepHealth.NON_FINITE);
        assertThat(exactWeights()).isEqualTo(before);
    }

    @Test
    void nonFiniteWeightsAreDetectedBeforeTheySpread() {
        NDArray norm = model.parameter("final.norm");
        norm.set(new NDIndex("0"), Float.NaN);
        model.weightsChanged();
        Map<String, String> before = exactWeights();
        assertThat(take(List.of(batch(4, 0, 1))).health()).isEqualTo(StepHealth.NON_FINITE);
        assertThat(exactWeights()).isEqualTo(before);
    }

    @Test
    void normAboveTheLimitSkipsTheUpdate() {
        Map<String, String> before = exactWeights();
        fillGradients(1);
        assertThat(apply(0, 1, 0.1, 1e-2).health()).isEqualTo(StepHealth.SPIKE);
        assertThat(exactWeights()).isEqualTo(before);
    }

    @Test
    void largeGradientsAreClippedToTheNorm() {
        fillGradients(-50);
        StepOutcome outcome = apply(1, 1, 0.1);
        float root = (float) Math.sqrt((double) model.parameterCount());
        assertThat(outcome.gradientNorm()).isCloseTo(50 * root, offset(0.05));
        assertThat(outcome.health()).isEqualTo(StepHealth.GOOD);
        float[] means = weights().getOrDefault("exp_avg.final.norm", new float[1]);
        assertThat(means[0]).isCloseTo(-0.1f / root, offset(1e-5f));
    }

    @Test
    void firstUpdateMatchesTheFormulaAndDecaysOnlyMatrices() {
        Map<String, float[]> before = weights();
        fillGradients(0.5f);
        apply(0, 1, 0.01);
        model.parameters()
                .forEach(
                        (name, weight) -> {
                            // With bias correction, the first step is ±lr for any gradient.
                            float old = before.getOrDefault(name, new float[1])[0];
                            double decay = model.isMatrix(name) ? 0.01 * 0.1 * old : 0;
                            assertThat((double) weight.toFloatArray()[0])
                                    .as(name)
                                    .isCloseTo(old - decay - 0.01, offset(1e-6));
                        });
        assertThat(model.isMatrix("final.norm")).isFalse();
        assertThat(model.parameters().keySet()).anyMatch(model::isMatrix);
    }

    @Test
    void updatesOfParametersAreIndependent() {
        List<TrainedParameter> all = TrainedParameter.of(model);
        fillGradients(0.5f);
        apply(0, 1, 0.01);
        Map<String, String> whole = exactWeights();
        try (LimeDecoder other =
                        LimeDecoder.create(
                                TestCorpus.model(),
                                TestCorpus.SCHEMA,
                                Precision.F32,
                                Recompute.NONE,
                                manager,
                                1);
                Gradients theirs = Gradients.of(other)) {
            theirs.buckets().forEach(bucket -> bucket.set(new NDIndex(":"), 0.5f));
            List<TrainedParameter> own = TrainedParameter.of(other).subList(2, all.size() - 3);
            try (Optimizer part = Optimizer.of(SETUP, own, kernels, manager)) {
                new GradientStep(
                                other,
                                theirs,
                                part,
                                Optional.empty(),
                                kernels,
                                0,
                                step -> Objective.CROSS_ENTROPY,
                                singleProcess(theirs),
                                manager)
                        .apply(
                                1,
                                new NDList(manager.create(1f)),
                                List.of(),
                                0.01,
                                Double.POSITIVE_INFINITY)
                        .close();
                for (TrainedParameter parameter : own) {
                    assertThat(Arrays.toString(parameter.weight().toFloatArray()))
                            .as(parameter.name())
                            .isEqualTo(whole.get(parameter.name()));
                }
                assertThat(part.state()).hasSize(3 * own.size());
            }
        }
    }

    @Test
    void accumulatedMicroBatchesEqualOneLargeBatch() {
        HostBatch all = batch(8, 0, 1);
        List<HostBatch> parts =
                List.of(batch(2, 0, 4), batch(2, 1, 4), batch(2, 2, 4), batch(2, 3, 4));
        double targets = all.predictedTokens();
        try (Gradients summed = Gradients.of(model)) {
            gradients.reset();
            model.accumulate(all.toBatch(manager), targets, gradients, manager);
            for (HostBatch part : parts) {
                model.accumulate(part.toBatch(manager), targets, summed, manager);
            }
            for (int i = 0; i < gradients.ordered().size(); i++) {
                NDArray sum = summed.ordered().get(i);
                assertThat(sum.allClose(gradients.ordered().get(i), 1e-4, 1e-6, false)).isTrue();
            }
        }
        StepOutcome whole = take(List.of(all));
        assertThat(whole.health()).isEqualTo(StepHealth.GOOD);
    }
}
