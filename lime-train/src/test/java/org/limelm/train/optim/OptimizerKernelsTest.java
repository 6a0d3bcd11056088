package org.limelm.train.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
        manager.close();
    }

    @Test
    void globalNormCoversAllArrays() {
        NDList arrays = new NDList(array(-3, 0), array(4), array(12).reshape(new Shape()));
        assertThat(optimizer.globalNorm(arrays).getFloat()).isCloseTo(13, CLOSE);
    }

    @Test
    void nonFiniteElementsPropagateToTheNorm() {
        assertThat(optimizer.globalNorm(new NDList(array(1), array(Float.NaN))).getFloat()).isNaN();
        assertThat(
                        optimizer
                                .globalNorm(new NDList(array(Float.NEGATIVE_INFINITY), array(1)))
                                .getFloat())
                .isInfinite();
    }

    @Test
    void globalNormIsAccurateForManyElements() {
        int size = 5_000_011; // whole rows and a remainder
        NDArray ones = manager.ones(new Shape(size));
        double exact = Math.sqrt(2.0 * size + 1);
        NDArray norm = optimizer.globalNorm(new NDList(ones, ones, array(1)));
        assertThat((double) norm.getFloat()).isCloseTo(exact, withinPercentage(1e-4));
    }

    @Test
    void stepCheckContainsLossNormAndDivisor() {
        NDList losses = new NDList(scalar(1.5f), scalar(2));
        NDList gradients = new NDList(array(3, 0), array(-4));
        assertThat(optimizer.stepCheck(losses, gradients, 5, 2, manager).toFloatArray())
                .containsExactly(3.5f, 5, 0, 2.5f);
        assertThat(optimizer.stepCheck(losses, gradients, 5, 0, manager).toFloatArray())
                .as("without clipping")
                .containsExactly(3.5f, 5, 0, 1);
        assertThat(optimizer.stepCheck(losses, gradients, 5, 10, manager).toFloatArray())
                .as("below the norm to clip to")
                .containsExactly(3.5f, 5, 0, 1);
    }

    @Test
    void stepCheckSkipsNonFiniteOrTooLargeValues() {
        NDList good = new NDList(array(3, 4));
        assertThat(skips(scalar(1), good, 4.9)).isTrue();
        assertThat(skips(scalar(1), good, Double.POSITIVE_INFINITY)).isFalse();
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            assertThat(skips(scalar(bad), good, Double.POSITIVE_INFINITY)).isTrue();
            NDList poisoned = new NDList(array(3), array(0, bad));
            assertThat(skips(scalar(1), poisoned, Double.POSITIVE_INFINITY)).isTrue();
        }
    }

    private boolean skips(NDArray loss, NDList gradients, double largest) {
        NDArray stepCheck = optimizer.stepCheck(new NDList(loss), gradients, largest, 1, manager);
        return stepCheck.toFloatArray()[2] == 1;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void adamWMatchesTheReference(boolean mayReadScalars) {
        OptimizerKernels kernels = new OptimizerKernels(mayReadScalars);
        NDArray weight = array(1, -2, 0.5f);
        weight.setRequiresGradient(true); // like model weights
        NDList mean = new NDList(array(0, 0, 0));
        NDList square = new NDList(array(0, 0, 0));
        NDList steps = new NDList(scalar(0));
        double[] w = {1, -2, 0.5};
        double[] m = new double[3];
        double[] v = new double[3];
        int t = 0;
        for (int call = 1; call <= 5; call++) {
            float divisor = call % 2 == 0 ? 4 : 1;
            boolean skip = call == 3;
            float[] g = {0.3f * call, -5, skip ? Float.NaN : 0};
            NDArray stepCheck = array(1, 1, skip ? 1 : 0, divisor);
            kernels.adamW(
                    new NDList(weight),
                    new NDList(array(g)),
                    mean,
                    square,
                    steps,
                    stepCheck,
                    new OptimizerKernels.Adam(0.1, 0.9, 0.95, 1e-8, 0.2));
            t += skip ? 0 : 1;
            for (int i = 0; i < 3 && !skip; i++) {
                double gradient = g[i] / divisor;
                w[i] -= 0.1 * 0.2 * w[i];
                m[i] = 0.9 * m[i] + 0.1 * gradient;
                v[i] = 0.95 * v[i] + 0.05 * gradient * gradient;
                double hat = m[i] / (1 - Math.pow(0.9, t));
                w[i] -= 0.1 * hat / (Math.sqrt(v[i] / (1 - Math.pow(0.95, t))) + 1e-8);
            }
            for (int i = 0; i < 3; i++) {
                assertThat(weight.toFloatArray()[i]).isCloseTo((float) w[i], CLOSE);
                assertThat(mean.get(0).toFloatArray()[i]).isCloseTo((float) m[i], CLOSE);
            }
        }
        assertThat(steps.get(0).getFloat()).as("updates that were applied").isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void averageIsBiasCorrectedAndIgnoresSkippedUpdates(boolean mayReadScalars) {
        OptimizerKernels kernels = new OptimizerKernels(mayReadScalars);
        NDList average = new NDList(array(9, 9));
        NDArray count = scalar(0);
        NDArray apply = array(1, 1, 0, 1);
        kernels.average(average, new NDList(array(3, 4)), count, array(1, 1, 1, 1), 0.9);
        assertThat(average.get(0).toFloatArray()).containsExactly(9, 9);
        kernels.average(average, new NDList(array(3, 4)), count, apply, 0.9);
        assertThat(average.get(0).toFloatArray()).containsExactly(3, 4);
        kernels.average(average, new NDList(array(5, 6)), count, apply, 0.9);
        assertThat(average.get(0).toFloatArray()[0]).isCloseTo((2.7f + 5) / 1.9f, CLOSE);
        assertThat(count.getFloat()).isEqualTo(2);
    }

    @Test
    void swapExchangesContents() {
        NDArray left = array(1, 2);
        NDArray right = array(3, 4);
        optimizer.swap(new NDList(left, scalar(5)), new NDList(right, scalar(6)));
        assertThat(left.toFloatArray()).containsExactly(3, 4);
        assertThat(right.toFloatArray()).containsExactly(1, 2);
    }

    private NDArray scalar(float value) {
        return manager.create(value);
    }

    private NDArray array(float... values) {
        return manager.create(values);
    }
}
