package org.limelm.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.limelm.model.internal.torch.TorchModule;

/** Every block's gradients against central differences, in float64. */
class KernelGradientTest {
    private static final int FLOAT64 = 7;
    private static final double EPS = 1e-6;
    private static final int B = 2;
    private static final int T = 5;
    private static final int D = 6;
    private static final int HEADS = 4;
    private static final int C = 4;

    private static final String LIBRARYS_GRADIENTS =
            """
            def gradients(self, q: Tensor, k: Tensor, v: Tensor, mask: Tensor, grad_o: Tensor) -> List[Tensor]:
                inputs = [torch.requires_grad_(torch.detach(q), True),
                          torch.requires_grad_(torch.detach(k), True),
                          torch.requires_grad_(torch.detach(v), True)]
                y = torch.scaled_dot_product_attention(inputs[0], inputs[1], inputs[2], mask)
                o = torch.flatten(torch.transpose(y, 1, 2), 2)
                grads = torch.grad([o], inputs, annotate(List[Optional[Tensor]], [grad_o]))
                found = annotate(List[Tensor], [])
                for g in grads:
                    found.append(torch._unwrap_optional(g))
                return found
            """;

    private NDManager manager;
    private TorchModule kernels;

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

    @ParameterizedTest
    @CsvSource({
        "1,0,0,0", "2,0,0,0", "4,0,0,0", "1,0,1,0", "2,0,1,0", "4,0,1,0", "1,1,0,0", "2,1,0,0",
        "4,1,0,0", "2,0,0,1", "2,0,1,1", "1,1,0,1"
    })
    void attention(int kvHeads, int fused, int keep, int headNorms) {
        NDArray documents =
                manager.create(new long[] {0, 0, 0, 1, 1, 0, 1, 1, 1, 2}, new Shape(B, T));
        NDArray mask = kernels.call(manager, "document_mask", documents);
        checkAttention(kvHeads, fused, keep, headNorms, List.of());
        checkAttention(kvHeads, fused, keep, headNorms, List.of(mask));
    }

    private void checkAttention(
            int kvHeads, int fused, int keep, int headNorms, List<NDArray> mask) {
        NDArray x = normal(B, T, D);
        NDArray gain = normal(D);
        NDArray qkv = normal((HEADS + 2L * kvHeads) * C, D);
        NDArray out = normal(D, (long) HEADS * C);
        NDArray rope = kernels.call(manager, "rope_table", x, T, C, 100.0);
        Function<NDList, NDList> inner =
                in ->
                        kernels.recordForList(
                                manager,
                                "attention_inner",
                                in.get(0),
                                in.get(1),
                                in.get(2),
                                in.subNDList(3, 3 + 2 * headNorms),
                                rope,
                                mask,
                                HEADS,
                                kvHeads,
                                EPS,
                                fused,
                                keep);
        NDList inputs = new NDList(x, gain, qkv);
        for (int i = 0; i < 2 * headNorms; i++) {
            inputs.add(normal(C));
        }
        inputs.add(out);
        check(
                inputs,
                in ->
                        kernels.call(
                                manager,
                                "attention_output",
                                in.get(0),
                                inner.apply(in),
                                in.get(in.size() - 1)),
                (gradY, gradients, add) ->
                        kernels.call(
                                manager,
                                "attention_backward",
                                x,
                                inner.apply(inputs),
                                gain,
                                qkv,
                                inputs.subNDList(3, 3 + 2 * headNorms),
                                out,
                                rope,
                                mask,
                                gradY,
                                gradients,
                                add,
                                EPS,
                                fused));
    }

    /** Rows of several blocks, the last one shorter, and several portions of the batch. */
    @ParameterizedTest
    @CsvSource({"0,0", "1,0", "0,1", "1,1"})
    void attentionInBlocksIsTheLibrarysAttention(int masked, int keep) {
        int length = 150;
        NDArray q = normal(3, HEADS, length, C);
        NDArray k = normal(3, 2, length, C);
        NDArray v = normal(3, 2, length, C);
        NDArray gradO = normal(3, length, (long) HEADS * C);
        NDArray documents =
                manager.arange(3f * length).div(70).floor().toType(DataType.INT64, false);
        List<NDArray> mask =
                masked == 0
                        ? List.of()
                        : List.of(
                                kernels.call(
                                        manager, "document_mask", documents.reshape(3, length)));
        NDArray expected = kernels.call(manager, "attend", q, k, v, mask);
        NDList actual = kernels.callForList(manager, "attend_blocks", q, k, v, mask, keep);
        assertThat(actual.get(0).sub(expected).abs().max().getDouble()).isLessThan(1e-12);
        TorchModule twin = TorchModule.compile(LIBRARYS_GRADIENTS);
        NDList library =
                twin.recordForList(
                        manager,
                        "gradients",
                        q,
                        k.repeat(1, 2),
                        v.repeat(1, 2),
                        mask.isEmpty()
                                ? kernels.call(
                                        manager,
                                        "document_mask",
                                        manager.zeros(new Shape(3, length), DataType.INT64))
                                : mask.get(0),
                        gradO);
        NDList ours =
                kernels.callForList(
                        manager,
                        "attend_blocks_backward",
                        q,
                        k,
                        v,
                        mask,
                        actual.subNDList(1),
                        gradO);
        for (int i = 0; i < 3; i++) {
            NDArray right = library.get(i);
            if (i > 0) { // the repeated heads' gradients belong to one head
                right = right.reshape(3, 2, 2, length, C).sum(new int[] {2});
            }
            assertThat(ours.get(i).sub(right).abs().max().getDouble()).isLessThan(1e-12);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"geglu", "swiglu"})
    void feedForward(String activation) {
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
    void norm() {
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
    void embeddingWithLearnedWeights() {
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
        for (int add : new int[] {0, 1}) {
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
    void headOfAnyChunkSize(int chunk, double softCap, double zLoss) {
        NDArray x = normal(B, T, D);
        NDArray weight = normal(11, D);
        NDArray targets =
                manager.create(
                        new long[] {1, -100, 3, 10, 0, 0, 7, -100, -100, 2}, new Shape(B, T));
        NDArray normalizer = manager.create(7.0);
        for (int add : new int[] {0, 1}) {
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
            gradients.set(0, result.get(1).add(add));
            assertSlopes(
                    new NDList(x, weight),
                    gradients,
                    add,
                    in -> manager.create(plainObjective(in, targets, softCap, zLoss)));
        }
    }

    /** Cross-entropy over 7 targets, plus z-loss, of x and weight. */
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

    private interface Backward {
        /** Returns the gradient of the first input; the others' go into {@code gradients}. */
        NDArray run(NDArray gradY, NDList gradients, int add);
    }

    /**
     * Compares the gradients of x + Σ y·g for a random g along a random direction of each input,
     * replacing what was in the buffers and adding to it.
     */
    private void check(NDList inputs, Function<NDList, NDArray> function, Backward backward) {
        NDArray y = function.apply(inputs).stopGradient();
        NDArray weights = normal(y.getShape().getShape());
        for (int add : new int[] {0, 1}) {
            NDList gradients = filled(inputs, add);
            NDArray gradX = backward.run(weights.duplicate(), gradients.subNDList(1), add);
            gradients.set(0, gradX.stopGradient().add(add));
            assertSlopes(
                    inputs,
                    gradients,
                    add,
                    in -> function.apply(in).stopGradient().mul(weights).sum());
        }
    }

    /** Returns buffers of ones to be added to, or of NaN to be replaced. */
    private NDList filled(NDList like, int add) {
        NDList buffers = new NDList();
        like.forEach(
                array ->
                        buffers.add(
                                manager.full(
                                        array.getShape(),
                                        add == 1 ? 1f : Float.NaN,
                                        DataType.FLOAT64)));
        return buffers;
    }

    private void assertSlopes(
            NDList inputs, NDList gradients, int add, Function<NDList, NDArray> function) {
        for (int i = 0; i < inputs.size(); i++) {
            int moving = i;
            assertSlope(
                    inputs.get(i),
                    gradients.get(i).sub(add),
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

    private NDArray normal(long... shape) {
        return manager.randomNormal(0, 1, new Shape(shape), DataType.FLOAT64);
    }

    private NDArray ids(int bound) {
        return manager.randomInteger(0, bound, new Shape(B, T), DataType.INT64);
    }
}
