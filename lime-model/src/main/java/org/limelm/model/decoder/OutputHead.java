package org.limelm.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import java.util.Optional;
import org.limelm.core.LimeException;
import org.limelm.model.internal.torch.GradientSink;
import org.limelm.model.internal.torch.Pass;

/**
 * The output layer fused with the cross-entropy: rows are processed in chunks and the logits of
 * each chunk are consumed immediately, so that training and scoring never allocate (B·T, V).
 *
 * @param softCap c of {@link ModelConfig#logitSoftCap}
 * @param rows the row kernels of a pass on a GPU
 */
record OutputHead(
        Matrix weight, // (V, D)
        double softCap,
        Optional<RowKernels> rows) {
    /** Logits per chunk: 16 MB in float32, chosen by measuring a quarter, half and twice of it. */
    private static final long CHUNK_ELEMENTS = 1 << 22;

    /** On a GPU, 128 MiB of float32 logits in scoring. */
    private static final long GPU_SCORE_ELEMENTS = 1 << 25;

    private static final long MIN_CHUNK_ROWS = 64;

    /**
     * The targets of a batch.
     *
     * @param ids int64 (B, T)
     * @param normalizer scalar divisor of the summed loss
     */
    record Targets(NDArray ids, NDArray normalizer) {}

    /** The loss, (), and the gradient of the stream, (B, T, D). */
    record Result(NDArray loss, NDArray gradX) {}

    /**
     * Computes the loss and its gradients.
     *
     * @param x the normalized stream, (B, T, D)
     * @param targets the targets
     * @param objective the loss that is differentiated
     * @param sink receives the gradient of the weight, (V, D)
     */
    Result lossAndGradients(
            Pass pass, NDArray x, Targets targets, Objective objective, GradientSink sink) {
        if (rows.isPresent()) {
            return onGpu(rows.get(), pass, x, targets, objective, sink);
        }
        NDList result =
                pass.callForList(
                        "head",
                        x,
                        weight.compute(),
                        targets.ids(),
                        targets.normalizer(),
                        sink.single(),
                        sink.add(),
                        softCap,
                        objective.zLoss(),
                        chunk(CHUNK_ELEMENTS));
        return new Result(result.get(0), result.get(1));
    }

    private Result onGpu(
            RowKernels kernels,
            Pass pass,
            NDArray x,
            Targets targets,
            Objective objective,
            GradientSink sink) {
        long count = targets.ids().size();
        long chunk = chunk(kernels.logitsPerChunk());
        NDList parts = new NDList();
        try (NDArray flat = pass.call("to_rows", x, x); // (N, D)
                NDArray ids = pass.call("flat", targets.ids()); // (N)
                NDArray gradX = pass.call("empty_like", flat)) {
            for (long start = 0; start < count; start += chunk) {
                long length = Math.min(chunk, count - start);
                try (NDArray xs = pass.call("slice", flat, start, length);
                        NDArray ts = pass.call("slice", ids, start, length);
                        NDArray logits = pass.call("project", xs, weight.compute())) {
                    parts.add(
                            kernels.crossEntropy(
                                    pass, logits, ts, targets.normalizer(), objective));
                    pass.callForList(
                            "head_rows_backward",
                            logits, // now their gradient
                            xs,
                            weight.compute(),
                            sink.single(),
                            sink.add() || start > 0,
                            gradX,
                            start);
                }
            }
            NDArray loss = pass.call("mean_loss", parts, targets.normalizer());
            parts.close();
            return new Result(loss, pass.call("view_as", gradX, x));
        }
    }

    /**
     * Returns the negative log-likelihood of every target, and 1 where it has the highest logit,
     * else 0; both (B, T). If {@code top} is above 0, then also the largest log-probabilities of
     * every position and their ids, both (B, T, top).
     */
    NDList score(Pass pass, NDArray x, NDArray targets, int top) {
        return pass.callForList(
                "score",
                x,
                weight.compute(),
                targets,
                softCap,
                chunk(rows.isPresent() ? GPU_SCORE_ELEMENTS : CHUNK_ELEMENTS),
                top);
    }

    /**
     * Propagates the gradient of all logits.
     *
     * @param gradLogits float32 (B, T, V)
     * @param gradX receives the gradient of the stream, (B, T, D)
     * @param sink receives the gradient of the weight, (V, D)
     */
    void backward(Pass pass, NDArray x, NDArray gradLogits, NDArray gradX, GradientSink sink) {
        pass.callForList(
                "logits_backward",
                x,
                weight.compute(),
                gradLogits,
                gradX,
                sink.single(),
                sink.add(),
                softCap);
    }

    /**
     * Checks the shape of a gradient of all logits.
     *
     * @param x the stream, (B, T, D)
     * @throws LimeException if it is not (B, T, V)
     */
    void requireShape(NDArray gradLogits, NDArray x) {
        Shape expected = x.getShape().slice(0, 2).add(weight.master().getShape().get(0));
        if (!gradLogits.getShape().equals(expected)) {
            throw new LimeException(
                    "[backward] gradient of the logits of shape %s, expected %s"
                            .formatted(gradLogits.getShape(), expected));
        }
    }

    /** Returns all logits, float32 (B, T, V). */
    NDArray logits(Pass pass, NDArray x) {
        return pass.call("logits", x, weight.compute(), softCap);
    }

    private long chunk(long elements) {
        return Math.max(MIN_CHUNK_ROWS, elements / weight.master().getShape().get(0));
    }
}
