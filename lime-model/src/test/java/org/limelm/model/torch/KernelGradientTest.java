package org.limelm.model.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every block's gradients against central differences, in float64. */
class KernelGradientTest {
    private static final int FLOAT64 = 7;
    private static final double EPS = 1e-6;
    private static final int B = 2;
    private static final int T = 5;
    private static final int D = 6;
    private static final int HEADS = 4;
    private static final int C = 4;

    private NDManager manager;
    private TorchModule kernels;

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager();
        kernels = TorchModule.kernels();
        manager.getEngine().setRandomSeed(5);
    }

    @AfterEach
    void close() {
        kernels.close();
        manager.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void attention(int kvHeads) {
        NDList inputs =
                new NDList(
                        normal(B, T, D),
                        normal(D),
                        normal((HEADS + 2L * kvHeads) * C, D),
                        normal(D, (long) HEADS * C));
        check(inputs, in -> attention(in, kvHeads, List.of()));
        NDArray documents =
                manager.create(new long[] {0, 0, 0, 1, 1, 0, 1, 1, 1, 2}, new Shape(B, T));
        NDArray mask = kernels.call(manager, "document_mask", documents);
        check(inputs, in -> attention(in, kvHeads, List.of(mask)));
    }

    private NDArray attention(NDList in, int kvHeads, List<NDArray> mask) {
        NDArray rope = kernels.call(manager, "rope_table", in.get(0), T, C, 100.0);
        return kernels.record(
                manager,
                "attention",
                in.get(0),
                in.get(1),
                in.get(2),
                in.get(3),
                rope,
                mask,
                HEADS,
                kvHeads,
                EPS,
                FLOAT64);
    }

    @ParameterizedTest
    @ValueSource(strings = {"geglu", "swiglu"})
    void feedForward(String activation) {
        NDList inputs = new NDList(normal(B, T, D), normal(D), normal(14, D), normal(D, 7));
        check(
                inputs,
                in ->
                        kernels.record(
                                manager,
                                "feed_forward",
                                in.get(0),
                                in.get(1),
                                in.get(2),
                                in.get(3),
                                activation,
                                EPS,
                                FLOAT64));
    }

    @Test
    void norm() {
        check(
                new NDList(normal(B, T, D), normal(D)),
                in -> kernels.record(manager, "rms_norm", in.get(0), in.get(1), EPS, FLOAT64));
    }

    @Test
    void embeddingWithLearnedWeights() {
        NDArray tokens = ids(9);
        NDArray first = ids(3);
        NDArray second = ids(4);
        check(
                new NDList(normal(9, D), normal(3, D), normal(4, D), normal(), normal()),
                in ->
                        kernels.record(
                                manager,
                                "embed",
                                in.get(0),
                                List.of(in.get(1), in.get(2)),
                                List.of(in.get(3), in.get(4)),
                                tokens,
                                List.of(first, second),
                                2.5));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4, 10, 100})
    void headOfAnyChunkSize(int chunk) {
        NDArray x = normal(B, T, D);
        NDArray weight = normal(11, D);
        NDArray targets =
                manager.create(
                        new long[] {1, -100, 3, 10, 0, 0, 7, -100, -100, 2}, new Shape(B, T));
        NDArray normalizer = manager.create(7.0);
        NDList result = kernels.callForList(manager, "head", x, weight, targets, normalizer, chunk);
        assertThat(result.get(0).getDouble())
                .isCloseTo(plainLoss(x, weight, targets), within(1e-12));

        Function<NDArray, Double> lossOfX =
                moved ->
                        kernels.callForList(
                                        manager, "head", moved, weight, targets, normalizer, chunk)
                                .get(0)
                                .getDouble();
        Function<NDArray, Double> lossOfWeight =
                moved ->
                        kernels.callForList(manager, "head", x, moved, targets, normalizer, chunk)
                                .get(0)
                                .getDouble();
        assertSlope(x, result.get(1), lossOfX);
        assertSlope(weight, result.get(2), lossOfWeight);
    }

    private static double plainLoss(NDArray x, NDArray weight, NDArray targets) {
        NDArray logits = x.reshape(-1, D).matMul(weight.transpose());
        double sum = 0;
        for (int row = 0; row < B * T; row++) {
            long target = targets.toLongArray()[row];
            if (target >= 0) {
                double[] z = logits.get(row).toDoubleArray();
                double total = 0;
                for (double value : z) {
                    total += Math.exp(value);
                }
                sum += Math.log(total) - z[(int) target];
            }
        }
        return sum / 7;
    }

    /** Compares the gradients of Σ y·g for a random g along a random direction of each input. */
    private void check(NDList inputs, Function<NDList, NDArray> function) {
        inputs.forEach(input -> input.setRequiresGradient(true));
        NDArray y = function.apply(inputs);
        NDArray weights = normal(y.getShape().getShape());
        NDList gradients = kernels.callForList(manager, "backward", y, inputs, weights);
        for (int i = 0; i < inputs.size(); i++) {
            int moving = i;
            assertSlope(
                    inputs.get(i).stopGradient(),
                    gradients.get(i),
                    moved -> {
                        NDList changed = new NDList(inputs);
                        changed.set(moving, moved);
                        NDArray value = function.apply(changed).stopGradient();
                        return value.mul(weights).sum().getDouble();
                    });
        }
    }

    private void assertSlope(NDArray at, NDArray gradient, Function<NDArray, Double> function) {
        NDArray direction = normal(at.getShape().getShape());
        double h = 1e-4;
        double near = slope(at, direction, h, function);
        double far = slope(at, direction, 2 * h, function);
        double expected = (4 * near - far) / 3; // cancels the error of order h squared
        double actual = gradient.mul(direction).sum().getDouble();
        assertThat(actual).isCloseTo(expected, within(1e-8 * (1 + Math.abs(expected))));
    }

    private static double slope(
            NDArray at, NDArray direction, double h, Function<NDArray, Double> function) {
        double up = function.apply(at.add(direction.mul(h)));
        double down = function.apply(at.sub(direction.mul(h)));
        return (up - down) / (2 * h);
    }

    private NDArray normal(long... shape) {
        return manager.randomNormal(0, 1, new Shape(shape), DataType.FLOAT64);
    }

    private NDArray ids(int bound) {
        return manager.randomInteger(0, bound, new Shape(B, T), DataType.INT64);
    }
}
