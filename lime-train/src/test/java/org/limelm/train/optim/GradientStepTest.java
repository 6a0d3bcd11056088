package org.limelm.train.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.limelm.model.decoder.Gradients;
import org.limelm.model.decoder.LimeDecoder;
import org.limelm.model.decoder.Recompute;
import org.limelm.model.torch.OptimizerKernels;
import org.limelm.model.torch.Precision;
import org.limelm.train.TestCorpus;
import org.limelm.train.arm.Arm;
import org.limelm.train.config.OptimizerConfig;
import org.limelm.train.data.BatchLoader;
import org.limelm.train.data.BatchOrder;
import org.limelm.train.data.HostBatch;
import org.limelm.train.data.MemoryTokenSource;
import org.limelm.train.data.RowLayout;
import org.limelm.train.data.WeightedSource;

class GradientStepTest {
    private static final OptimizerConfig CONFIG = new OptimizerConfig(1, 0.9, 0.95, 1e-8, 0.1, 1);

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
    private final AdamW optimizer = new AdamW(model, CONFIG, kernels, manager);

    @AfterEach
    void close() {
        gradients.close();
        kernels.close();
        manager.close();
    }

    private GradientStep step(double clipNorm) {
        return new GradientStep(
                model, gradients, optimizer, kernels, clipNorm, new SpikeDetector(6, List.of()));
    }

    private Map<String, float[]> weights() {
        Map<String, float[]> copies = new LinkedHashMap<>();
        model.parameters().forEach((name, weight) -> copies.put(name, weight.toFloatArray()));
        optimizer.state().forEach((name, state) -> copies.put(name, state.toFloatArray()));
        return copies;
    }

    /** Returns everything that a step may change, to the bit. */
    private Map<String, String> exactWeights() {
        Map<String, String> exact = new LinkedHashMap<>();
        weights().forEach((name, values) -> exact.put(name, Arrays.toString(values)));
        return exact;
    }

    private NDList gradients(float value) {
        NDList gradients = new NDList();
        for (NDArray weight : model.parameters().values()) {
            gradients.add(manager.full(weight.getShape(), value));
        }
        return gradients;
    }

    private static HostBatch batch(int rows, int micro, int accumulation) {
        MemoryTokenSource source =
                new MemoryTokenSource(TestCorpus.SCHEMA, TestCorpus.documents(40, 3));
        return new BatchLoader(
                        List.of(WeightedSource.of("x", source, 0)),
                        RowLayout.of(Arm.LIME, TestCorpus.SCHEMA, TestCorpus.CONTEXT, true),
                        new BatchOrder(1, rows, accumulation, 0, 1, 0))
                .batch(0, micro);
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void aNonFiniteGradientChangesNeitherWeightsNorMoments(float poison) {
        Map<String, String> before = exactWeights();
        NDList gradients = gradients(0.1f);
        gradients.get(3).set(new NDIndex("0"), poison);
        GradientStep.Outcome outcome = step(1).apply(1, gradients, 0.1, manager);
        assertThat(outcome.health()).isEqualTo(StepHealth.NON_FINITE);
        assertThat(exactWeights()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY})
    void aNonFiniteLossChangesNeitherWeightsNorMoments(double loss) {
        Map<String, String> before = exactWeights();
        GradientStep.Outcome outcome = step(1).apply(loss, gradients(0.1f), 0.1, manager);
        assertThat(outcome.health()).isEqualTo(StepHealth.NON_FINITE);
        assertThat(exactWeights()).isEqualTo(before);
    }

    @Test
    void aNonFiniteWeightIsNoticedBeforeItSpreads() {
        NDArray norm = model.parameter("final.norm");
        norm.set(new NDIndex("0"), Float.NaN);
        Map<String, String> before = exactWeights();
        GradientStep.Outcome outcome = step(1).take(List.of(batch(4, 0, 1)), 0.1, manager);
        assertThat(outcome.health()).isEqualTo(StepHealth.NON_FINITE);
        assertThat(exactWeights()).isEqualTo(before);
    }

    @Test
    void aSpikeChangesNothing() {
        GradientStep step =
                new GradientStep(
                        model,
                        gradients,
                        optimizer,
                        kernels,
                        0,
                        new SpikeDetector(6, Collections.nCopies(64, 1e-3)));
        Map<String, String> before = exactWeights();
        GradientStep.Outcome outcome = step.apply(1, gradients(1), 0.1, manager);
        assertThat(outcome.health()).isEqualTo(StepHealth.SPIKE);
        assertThat(exactWeights()).isEqualTo(before);
    }

    @Test
    void largeNegativeGradientsAreClippedToTheNorm() {
        NDList gradients = gradients(-50);
        GradientStep.Outcome outcome = step(1).apply(1, gradients, 0.1, manager);
        assertThat(outcome.gradientNorm())
                .isCloseTo(50 * Math.sqrt((double) model.parameterCount()), offset(0.5));
        assertThat(kernels.globalNorm(gradients, manager).getFloat()).isCloseTo(1f, offset(1e-4f));
        assertThat(gradients.get(0).toFloatArray()[0]).isNegative();
    }

    @Test
    void theFirstUpdateFollowsTheFormulaAndOnlyMatricesDecay() {
        Map<String, float[]> before = weights();
        step(0).apply(1, gradients(0.5f), 0.01, manager);
        model.parameters()
                .forEach(
                        (name, weight) -> {
                            // Bias correction makes the first step ±lr for any gradient.
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
    void accumulatingMicroBatchesIsOneLargeBatch() {
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
        GradientStep.Outcome whole = step(1).take(List.of(all), 0.01, manager);
        assertThat(whole.health()).isEqualTo(StepHealth.GOOD);
    }
}
