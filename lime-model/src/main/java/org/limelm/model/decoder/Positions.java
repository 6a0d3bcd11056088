package org.limelm.model.decoder;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.limelm.model.internal.torch.Pass;

/**
 * Position information used by attention.
 *
 * @param rope cosine and sine of every position's angles, float32 (T, C/2, 2)
 * @param mask empty for plain causal attention, or one boolean (B, 1, T, T) that is true where a
 *     position may attend
 */
record Positions(NDArray rope, List<NDArray> mask) {
    /**
     * Returns the positions of a batch.
     *
     * @param rope rotary table of all positions of the model
     */
    static Positions of(Batch batch, NDArray rope, Pass pass) {
        long length = batch.tokens().getShape().get(1);
        return new Positions(
                pass.call("slice", rope, 0, length),
                batch.documentIds()
                        .map(ids -> List.of(pass.call("document_mask", ids)))
                        .orElse(List.of()));
    }
}
