package org.limelm.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.limelm.model.internal.torch.TorchModule;

/**
 * Compares the gradients of attention with central differences, and blocked attention with the
 * library's.
 */
class AttentionKernelTest extends KernelGradients {
    private static final int HEADS = 4;
    private static final int C = 4;

    private static final String LIBRARY_GRADIENTS =
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

    @ParameterizedTest
    @CsvSource({
        "1,false,false,0",
        "2,false,false,0",
        "4,false,false,0",
        "1,false,true,0",
        "2,false,true,0",
        "4,false,true,0",
        "1,true,false,0",
        "2,true,false,0",
        "4,true,false,0",
        "2,false,false,1",
        "2,false,true,1",
        "1,true,false,1"
    })
    void attentionGradients(int kvHeads, boolean fused, boolean keep, int headNorms) {
        NDArray documents =
                manager.create(new long[] {0, 0, 0, 1, 1, 0, 1, 1, 1, 2}, new Shape(B, T));
        NDArray mask = kernels.call(manager, "document_mask", documents);
        checkAttention(kvHeads, fused, keep, headNorms, List.of());
        checkAttention(kvHeads, fused, keep, headNorms, List.of(mask));
    }

    private void checkAttention(
            int kvHeads, boolean fused, boolean keep, int headNorms, List<NDArray> mask) {
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

    /** Covers several query blocks, the last one shorter, and several chunks of the batch. */
    @ParameterizedTest
    @CsvSource({"false,false", "true,false", "false,true", "true,true"})
    void blockedAttentionMatchesTheLibrary(boolean masked, boolean keep) {
        int length = 150;
        NDArray q = normal(3, HEADS, length, C);
        NDArray k = normal(3, 2, length, C);
        NDArray v = normal(3, 2, length, C);
        NDArray gradO = normal(3, length, (long) HEADS * C);
        NDArray documents =
                manager.arange(3f * length).div(70).floor().toType(DataType.INT64, false);
        List<NDArray> mask =
                masked
                        ? List.of(
                                kernels.call(
                                        manager, "document_mask", documents.reshape(3, length)))
                        : List.of();
        NDArray expected = kernels.call(manager, "attend", q, k, v, mask);
        NDList actual = kernels.callForList(manager, "attend_blocks", q, k, v, mask, keep);
        assertThat(actual.get(0).sub(expected).abs().max().getDouble()).isLessThan(1e-12);
        TorchModule reference = TorchModule.compile(LIBRARY_GRADIENTS);
        NDList library =
                reference.recordForList(
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
            if (i > 0) { // sums the gradients of repeated heads
                right = right.reshape(3, 2, 2, length, C).sum(new int[] {2});
            }
            assertThat(ours.get(i).sub(right).abs().max().getDouble()).isLessThan(1e-12);
        }
    }
}
