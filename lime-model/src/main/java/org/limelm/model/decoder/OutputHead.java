package org.limelm.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import org.limelm.model.internal.torch.GradientSink;
import org.limelm.model.internal.torch.Pass;

/**
 * The output layer fused with the cross-entropy: rows are processed in chunks and the logits of
 * each chunk are consumed immediately, so that training and scoring never allocate (B·T, V).
 *
 * @param softCap c of {@link ModelConfig#logitSoftCap}
 */
record OutputHead(
        Matrix weight, // (V, D)
        double softCap) {
    /** Logits per chunk: 16 MB in float32, chosen by measuring a quarter, half and twice of it. */
    private static final long CHUNK_ELEMENTS = 1 << 22;

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
                        chunk());
        return new Result(result.get(0), result.get(1));
    }

    /** Returns the score of every target, both arrays (B, T). */
    TokenScores score(Pass pass, NDArray x, NDArray targets) {
        NDList result = pass.callForList("score", x, weight.compute(), targets, softCap, chunk());
        return new TokenScores(result.get(0), result.get(1));
    }

    /** Returns all logits, float32 (B, T, V). */
    NDArray logits(Pass pass, NDArray x) {
        return pass.call("logits", x, weight.compute(), softCap);
    }

    private long chunk() {
        return Math.max(MIN_CHUNK_ROWS, CHUNK_ELEMENTS / weight.master().getShape().get(0));
    }
}
