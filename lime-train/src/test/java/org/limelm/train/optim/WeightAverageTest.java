package org.limelm.train.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.limelm.model.decoder.LimeDecoder;
import org.limelm.model.decoder.Recompute;
import org.limelm.model.device.Precision;
import org.limelm.train.TestCorpus;

class WeightAverageTest {
    private static final double DECAY = 0.9;

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
    private final WeightAverage average = new WeightAverage(model, kernels, DECAY, manager);
    private final NDArray norm = model.parameter("final.norm");

    @AfterEach
    void close() {
        average.close();
        model.close();
        manager.close();
    }

    private void add(float value, boolean skipped) {
        norm.set(new NDIndex(":"), value);
        average.add(manager.create(new float[] {1, 1, skipped ? 1 : 0, 1}));
    }

    private float averaged() {
        NDArray array = average.state().getOrDefault("average.final.norm", norm);
        return array.toFloatArray()[3];
    }

    private Map<String, float[]> weights() {
        Map<String, float[]> copies = new LinkedHashMap<>();
        model.parameters().forEach((name, weight) -> copies.put(name, weight.toFloatArray()));
        return copies;
    }

    @Test
    void averagesMatchTheFormulaFromTheFirstUpdate() {
        float[] values = {3, -1, 2, 7};
        for (int n = 1; n <= values.length; n++) {
            add(values[n - 1], false);
            double expected = 0;
            for (int i = 1; i <= n; i++) {
                double share = (1 - DECAY) * Math.pow(DECAY, n - i) / (1 - Math.pow(DECAY, n));
                expected += share * values[i - 1];
            }
            assertThat((double) averaged()).isCloseTo(expected, offset(1e-6));
        }
    }

    @Test
    void skippedUpdatesAreNotCounted() {
        add(3, false);
        add(100, true);
        assertThat(averaged()).isEqualTo(3);
        add(5, false);
        assertThat((double) averaged()).isCloseTo((3 * 0.9 + 5) / 1.9, offset(1e-6));
    }

    @Test
    void averagesAreUsedOnlyDuringTheAction() {
        add(3, false);
        add(5, false);
        float expected = averaged();
        Map<String, float[]> before = weights();
        average.during(() -> assertThat(norm.toFloatArray()[3]).isEqualTo(expected));
        assertThat(averaged()).isEqualTo(expected);
        Map<String, float[]> after = weights();
        before.forEach((name, values) -> assertThat(after.get(name)).as(name).isEqualTo(values));
    }

    @Test
    void weightsAreUsedBeforeTheFirstUpdate() {
        norm.set(new NDIndex(":"), 4f);
        average.during(() -> assertThat(norm.toFloatArray()[3]).isEqualTo(4));
    }
}
