package org.limelm.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.limelm.model.internal.torch.TorchModule;

/** Base class of tests that compare kernel gradients with central differences, in float64. */
abstract class KernelGradients {
    static final double EPS = 1e-6;
    static final int B = 2;
    static final int T = 5;
    static final int D = 6;

    NDManager manager;
    TorchModule kernels;

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager();
        kernels = DecoderKernels.PASSES.load();
        manager.getEngine().setRandomSeed(5);
    }

    @AfterEach
    void close() {
        manager.close();
    }

    interface Backward {
        /**
         * Returns the gradient of the first input; those of the other inputs are written to {@code
         * gradients}.
         */
        NDArray run(NDArray gradY, NDList gradients, boolean add);
    }

    /**
     * Compares the gradients of x + Σ y·g for a random g along a random direction of each input,
     * both overwriting the buffers and adding to them.
     */
    final void check(NDList inputs, Function<NDList, NDArray> function, Backward backward) {
        NDArray y = function.apply(inputs).stopGradient();
        NDArray weights = normal(y.getShape().getShape());
        for (boolean add : new boolean[] {false, true}) {
            NDList gradients = filled(inputs, add);
            NDArray gradX = backward.run(weights.duplicate(), gradients.subNDList(1), add);
            gradients.set(0, gradX.stopGradient().add(add ? 1 : 0));
            assertSlopes(
                    inputs,
                    gradients,
                    add,
                    in -> function.apply(in).stopGradient().mul(weights).sum());
        }
    }

    /** Returns buffers filled with ones (to be added to) or NaN (to be overwritten). */
    final NDList filled(NDList like, boolean add) {
        NDList buffers = new NDList();
        like.forEach(
                array ->
                        buffers.add(
                                manager.full(
                                        array.getShape(), add ? 1f : Float.NaN, DataType.FLOAT64)));
        return buffers;
    }

    final void assertSlopes(
            NDList inputs, NDList gradients, boolean add, Function<NDList, NDArray> function) {
        for (int i = 0; i < inputs.size(); i++) {
            int moving = i;
            assertSlope(
                    inputs.get(i),
                    gradients.get(i).sub(add ? 1 : 0),
                    moved -> {
                        NDList changed = new NDList(inputs);
                        changed.set(moving, moved);
                        return function.apply(changed).getDouble();
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

    final NDArray normal(long... shape) {
        return manager.randomNormal(0, 1, new Shape(shape), DataType.FLOAT64);
    }

    final NDArray ids(int bound) {
        return manager.randomInteger(0, bound, new Shape(B, T), DataType.INT64);
    }
}
