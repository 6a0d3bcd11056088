package org.limelm.model.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OptimizerKernelsTest {
    private static final Offset<Float> CLOSE = within(1e-6f);

    private NDManager manager;
    private OptimizerKernels optimizer;

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager();
        optimizer = new OptimizerKernels();
    }

    @AfterEach
    void close() {
        optimizer.close();
        manager.close();
    }

    @Test
    void theNormGoesOverAllArraysAndSigns() {
        NDList arrays = new NDList(array(-3, 0), array(4), array(12).reshape(new Shape()));
        assertThat(optimizer.globalNorm(arrays).getFloat()).isCloseTo(13, CLOSE);
    }

    @Test
    void aNonFiniteElementShowsInTheNorm() {
        assertThat(optimizer.globalNorm(new NDList(array(1), array(Float.NaN))).getFloat()).isNaN();
        assertThat(
                        optimizer
                                .globalNorm(new NDList(array(Float.NEGATIVE_INFINITY), array(1)))
                                .getFloat())
                .isInfinite();
    }

    @Test
    void scalingAddingAndZeroingWorkInPlace() {
        NDList sums = new NDList(array(1, 2), array(3));
        optimizer.addInPlace(sums, new NDList(array(10, 20), array(30)));
        optimizer.scaleInPlace(sums, 0.5);
        assertThat(sums.get(0).toFloatArray()).containsExactly(5.5f, 11);
        assertThat(sums.get(1).toFloatArray()).containsExactly(16.5f);
        optimizer.zeroInPlace(sums);
        assertThat(sums.get(0).toFloatArray()).containsOnly(0);
        optimizer.zeroInPlace(new NDList()); // nothing to do
    }

    @Test
    void adamWFollowsTheAlgorithm() {
        NDArray weight = array(1, -2, 0.5f);
        weight.setRequiresGradient(true); // as a model's are
        NDList mean = new NDList(array(0, 0, 0));
        NDList square = new NDList(array(0, 0, 0));
        NDList steps = new NDList(array(0).reshape(new Shape()));
        double[] w = {1, -2, 0.5};
        double[] m = new double[3];
        double[] v = new double[3];
        double lr = 0.1;
        double decay = 0.2;
        for (int t = 1; t <= 3; t++) {
            float[] g = {0.3f * t, -5, 0};
            optimizer.adamW(
                    new NDList(weight),
                    new NDList(array(g)),
                    mean,
                    square,
                    steps,
                    lr,
                    0.9,
                    0.95,
                    1e-8,
                    decay);
            for (int i = 0; i < 3; i++) {
                w[i] -= lr * decay * w[i];
                m[i] = 0.9 * m[i] + 0.1 * g[i];
                v[i] = 0.95 * v[i] + 0.05 * g[i] * g[i];
                double hat = m[i] / (1 - Math.pow(0.9, t));
                double scale = Math.sqrt(v[i] / (1 - Math.pow(0.95, t))) + 1e-8;
                w[i] -= lr * hat / scale;
                assertThat(weight.toFloatArray()[i]).isCloseTo((float) w[i], CLOSE);
            }
        }
        assertThat(steps.get(0).getFloat()).isEqualTo(3);
    }

    private NDArray array(float... values) {
        return manager.create(values);
    }
}
