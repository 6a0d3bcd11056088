package org.limelm.train.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests AdamW with moments in bfloat16. */
class RoundedMomentsTest {
    /** More than one chunk, with a remainder. */
    private static final int SIZE = 300_017;

    private static final OptimizerKernels.Adam ADAM =
            new OptimizerKernels.Adam(0.01, 0.9, 0.95, 1e-8, 0.1);

    private final NDManager manager = NDManager.newBaseManager();
    private final OptimizerKernels kernels = new OptimizerKernels();

    @AfterEach
    void close() {
        manager.close();
    }

    /** One parameter with its state, in either format. */
    private final class Trial {
        final NDArray weight;
        final NDArray mean;
        final NDArray square;
        final NDArray count = manager.zeros(new Shape());

        Trial(int size, boolean rounded) {
            weight = manager.ones(new Shape(size));
            mean = rounded ? kernels.bf16Zeros(weight, manager) : weight.zerosLike();
            square = rounded ? kernels.bf16Zeros(weight, manager) : weight.zerosLike();
        }

        void update(OptimizerKernels with, NDArray gradient, long seed, float... stepCheck) {
            NDArray decided = manager.create(stepCheck);
            try (NDManager scope = manager.newSubManager()) {
                if (mean.getDataType() == DataType.FLOAT32) {
                    with.adamW(
                            new NDList(weight),
                            new NDList(gradient.duplicate()),
                            new NDList(mean),
                            new NDList(square),
                            new NDList(count),
                            decided,
                            ADAM);
                } else {
                    with.adamWBf16(
                            new NDList(weight),
                            new NDList(gradient.duplicate()),
                            new NDList(mean),
                            new NDList(square),
                            new NDList(count),
                            new long[] {RoundingNoise.key("weight")},
                            with.roundingNoise(new NDList(weight), seed, scope),
                            decided,
                            ADAM);
                }
            }
        }

        float[] means() {
            return mean.toType(DataType.FLOAT32, true).toFloatArray();
        }

        float[] squares() {
            return square.toType(DataType.FLOAT32, true).toFloatArray();
        }
    }

    private static final float[] APPLY = {1, 1, 0, 1};

    private NDArray random(long seed) {
        Random random = new Random(seed);
        float[] values = new float[SIZE];
        for (int i = 0; i < SIZE; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return manager.create(values);
    }

    private static double mean(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    private static float toBf16(double value, boolean up) {
        int bits = Float.floatToIntBits((float) value) & 0xFFFF0000;
        return Float.intBitsToFloat(up ? bits + 0x10000 : bits);
    }

    @Test
    void roundingIsUnbiasedAndGivesAnAdjacentNumber() {
        Trial trial = new Trial(SIZE, true);
        float gradient = -0.77f;
        trial.update(kernels, trial.weight.mul(gradient), 1, APPLY);
        assertUnbiased(trial.means(), 0.1 * gradient);
        assertUnbiased(trial.squares(), 0.05 * gradient * gradient);
    }

    private static void assertUnbiased(float[] rounded, double exact) {
        float lower = toBf16(exact, false);
        float upper = toBf16(exact, true);
        for (float value : rounded) {
            assertThat(value == lower || value == upper).as("%s", value).isTrue();
        }
        // The standard deviation is at most half a gap; as noise is shared, count half of the
        // elements.
        double gap = Math.abs((double) upper - lower);
        double sigma = gap / 2 / Math.sqrt(SIZE / 2.0);
        assertThat(mean(rounded)).isCloseTo(exact, offset(5 * sigma));
        assertThat(Math.abs(lower - exact)).isBetween(0.05 * gap, 0.95 * gap);
    }

    @Test
    void roundingOfOneElementIsUnbiasedOverSteps() {
        int seeds = 4000;
        double sum = 0;
        NDArray gradient = manager.full(new Shape(3), 0.77f);
        for (int seed = 0; seed < seeds; seed++) {
            Trial trial = new Trial(3, true);
            trial.update(kernels, gradient, seed * 0x9E3779B97F4A7C15L, APPLY);
            sum += trial.means()[1];
        }
        double gap = Math.abs((double) toBf16(0.077, true) - toBf16(0.077, false));
        assertThat(sum / seeds).isCloseTo(0.077, offset(5 * gap / 2 / Math.sqrt(seeds)));
    }

    @Test
    void momentsOfZeroGradientsStayZero() {
        for (float nothing : new float[] {0, -0.0f}) {
            Trial trial = new Trial(SIZE, true);
            for (int step = 1; step <= 3; step++) {
                trial.update(kernels, manager.full(new Shape(SIZE), nothing), step, APPLY);
            }
            assertThat(trial.means()).containsOnly(0);
            assertThat(trial.squares()).containsOnly(0);
            assertThat(trial.weight.toFloatArray()).doesNotContain(Float.NaN);
        }
    }

    @Test
    void smallestMomentsStayFiniteAndKeepTheirSign() {
        Trial trial = new Trial(SIZE, true);
        trial.update(kernels, manager.full(new Shape(SIZE), -1e-40f), 1, APPLY);
        for (float mean : trial.means()) {
            assertThat(mean).isBetween(-1e-40f, 0f);
        }
    }

    @Test
    void roundingDependsOnTheSeed() {
        NDArray gradient = random(1);
        Trial first = new Trial(SIZE, true);
        Trial second = new Trial(SIZE, true);
        Trial other = new Trial(SIZE, true);
        first.update(kernels, gradient, 5, APPLY);
        second.update(kernels, gradient, 5, APPLY);
        other.update(kernels, gradient, 6, APPLY);
        assertThat(second.means()).isEqualTo(first.means());
        assertThat(second.squares()).isEqualTo(first.squares());
        float[] a = first.means();
        float[] b = other.means();
        int same = 0;
        for (int i = 0; i < SIZE; i++) {
            same += a[i] == b[i] ? 1 : 0;
        }
        assertThat(same).as("of %d", SIZE).isBetween(SIZE / 2, SIZE * 9 / 10);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void updatesTrackFloat32AndSkippedUpdatesChangeNothing(boolean mayReadScalars) {
        OptimizerKernels with = new OptimizerKernels(mayReadScalars);
        Trial exact = new Trial(SIZE, false);
        Trial rounded = new Trial(SIZE, true);
        for (int step = 1; step <= 8; step++) {
            NDArray gradient = random(step);
            float divisor = step % 2 == 0 ? 3 : 1;
            exact.update(with, gradient, step, 1, 1, 0, divisor);
            rounded.update(with, gradient, step, 1, 1, 0, divisor);
            float[] weights = rounded.weight.toFloatArray();
            float[] means = rounded.means();
            NDArray poison = gradient.mul(Float.NaN);
            rounded.update(with, poison, step + 100, Float.NaN, 1, 1, 1);
            assertThat(Arrays.equals(rounded.weight.toFloatArray(), weights)).isTrue();
            assertThat(Arrays.equals(rounded.means(), means)).isTrue();
        }
        assertThat(rounded.count.getFloat()).isEqualTo(8);
        double moved = exact.weight.sub(1).norm().getFloat();
        double apart = exact.weight.sub(rounded.weight).norm().getFloat();
        assertThat(apart).isLessThan(0.01 * moved);
    }
}
