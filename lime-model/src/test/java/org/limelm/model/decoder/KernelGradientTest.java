package org.limelm.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Compares the gradients of every block with central differences. For attention, see {@link
 * AttentionKernelTest}.
 */
class KernelGradientTest extends KernelGradients {
    private static final int FLOAT64 = 7;

    @ParameterizedTest
    @ValueSource(strings = {"geglu", "swiglu"})
    void feedForwardGradients(String activation) {
        NDArray x = normal(B, T, D);
        NDArray gain = normal(D);
        NDArray gateUp = normal(14, D);
        NDArray down = normal(D, 7);
        Function<NDList, NDList> inner =
                in ->
                        kernels.callForList(
                                manager,
                                "feed_forward_inner",
                                in.get(0),
                                in.get(1),
                                in.get(2),
                                activation,
                                EPS);
        check(
                new NDList(x, gain, gateUp, down),
                in ->
                        kernels.call(
                                manager,
                                "feed_forward_output",
                                in.get(0),
                                inner.apply(in),
                                in.get(3)),
                (gradY, gradients, add) ->
                        kernels.call(
                                manager,
                                "feed_forward_backward",
                                x,
                                inner.apply(new NDList(x, gain, gateUp, down)),
                                gain,
                                gateUp,
                                down,
                                gradY,
                                gradients,
                                add,
                                activation,
                                EPS));
    }

    @Test
    void normGradients() {
        NDArray x = normal(B, T, D);
        NDArray gain = normal(D);
        check(
                new NDList(x, gain),
                in -> kernels.call(manager, "rms_norm", in.get(0), in.get(1), EPS, FLOAT64),
                (gradY, gradients, add) ->
                        kernels.call(
                                manager,
                                "rms_norm_backward",
                                x,
                                gain,
                                EPS,
                                gradY,
                                List.of(),
                                gradients.get(0),
                                add));
    }

    @Test
    void embeddingGradientsWithLearnedWeights() {
        NDArray tokens = ids(9);
        List<NDArray> tags = List.of(ids(3), ids(4));
        NDList inputs = new NDList(normal(9, D), normal(3, D), normal(4, D), normal(), normal());
        Function<NDList, NDArray> embed =
                in ->
                        kernels.call(
                                manager,
                                "embed",
                                in.get(0),
                                List.of(in.get(1), in.get(2)),
                                List.of(in.get(3), in.get(4)),
                                tokens,
                                tags,
                                2.5);
        NDArray weights = normal(B, T, D);
        for (boolean add : new boolean[] {false, true}) {
            NDList gradients = filled(inputs, add);
            kernels.callForList(
                    manager,
                    "embed_backward",
                    List.of(inputs.get(1), inputs.get(2)),
                    List.of(inputs.get(3), inputs.get(4)),
                    tokens,
                    tags,
                    2.5,
                    weights,
                    gradients.get(0),
                    List.of(gradients.get(1), gradients.get(2)),
                    List.of(gradients.get(3), gradients.get(4)),
                    add,
                    add);
            assertSlopes(inputs, gradients, add, in -> embed.apply(in).mul(weights).sum());
        }
    }

    @ParameterizedTest
    @CsvSource({"1,0,0", "3,0,0", "4,0,0", "10,0,0", "100,0,0", "3,1.5,0", "4,0,0.3", "4,1.5,0.3"})
    void headGradientsForAnyChunkSize(int chunk, double softCap, double zLoss) {
        NDArray x = normal(B, T, D);
        NDArray weight = normal(11, D);
        NDArray targets =
                manager.create(
                        new long[] {1, -100, 3, 10, 0, 0, 7, -100, -100, 2}, new Shape(B, T));
        NDArray normalizer = manager.create(7.0);
        for (boolean add : new boolean[] {false, true}) {
            NDList gradients = filled(new NDList(x, weight), add);
            NDList result =
                    kernels.callForList(
                            manager,
                            "head",
                            x,
                            weight,
                            targets,
                            normalizer,
                            gradients.get(1),
                            add,
                            softCap,
                            zLoss,
                            chunk);
            assertThat(result.get(0).getDouble())
                    .isCloseTo(
                            plainObjective(new NDList(x, weight), targets, softCap, 0),
                            within(1e-12));
            gradients.set(0, result.get(1).add(add ? 1 : 0));
            assertSlopes(
                    new NDList(x, weight),
                    gradients,
                    add,
                    in -> manager.create(plainObjective(in, targets, softCap, zLoss)));
        }
    }

    /** Returns the cross-entropy over 7 targets plus z-loss. */
    private static double plainObjective(NDList in, NDArray targets, double softCap, double zLoss) {
        NDArray logits = in.get(0).reshape(-1, D).matMul(in.get(1).transpose());
        if (softCap > 0) {
            logits = logits.div(softCap).tanh().mul(softCap);
        }
        double sum = 0;
        for (int row = 0; row < B * T; row++) {
            long target = targets.toLongArray()[row];
            if (target >= 0) {
                double[] z = logits.get(row).toDoubleArray();
                double logSum = Math.log(Arrays.stream(z).map(Math::exp).sum());
                sum += logSum - z[(int) target] + zLoss * logSum * logSum;
            }
        }
        return sum / 7;
    }
}
