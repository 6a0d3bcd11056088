package org.limelm.model.decoder;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.limelm.model.internal.torch.Pass;

/**
 * Position information used by attention. Attention within documents is expressed by a mask on the
 * CPU and by the starts of sequences on a GPU.
 *
 * @param rope cosine and sine of every position's angles, float32 (T, C/2, 2)
 * @param mask empty for plain causal attention, or one boolean (B, 1, T, T) that is true where a
 *     position may attend
 * @param sequences empty, or one int32 (sequences + 1): where the sequences start in the B·T
 *     positions of the batch, and the end
 * @param longest upper bound of the sequences' lengths
 * @param areRows whether the sequences are the rows of the batch
 */
record Positions(
        NDArray rope, List<NDArray> mask, List<NDArray> sequences, long longest, boolean areRows) {
    /** Returns the positions of a batch, with a mask if attention is limited to documents. */
    static Positions masked(Batch batch, NDArray rope, Pass pass) {
        long length = batch.tokens().getShape().get(1);
        return new Positions(
                pass.call("slice", rope, 0, length),
                batch.documentIds()
                        .map(ids -> List.of(pass.call("document_mask", ids)))
                        .orElse(List.of()),
                List.of(),
                length,
                batch.documentIds().isEmpty());
    }

    /** Returns positions in rows of one length, which are the sequences. */
    static Positions rows(NDArray rope, NDArray starts, long length) {
        return new Positions(rope, List.of(), List.of(starts), length, true);
    }

    /** Returns the positions of a batch whose sequences are its rows, or the documents in them. */
    static Positions packed(Batch batch, NDArray rope, Pass pass) {
        int length = Math.toIntExact(batch.tokens().getShape().get(1));
        if (batch.documentIds().isEmpty()) {
            NDArray rows = pass.call("sequences", batch.tokens(), length);
            return rows(pass.call("slice", rope, 0, length), rows, length);
        }
        NDArray starts =
                batch.documentStarts()
                        .or(() -> batch.documentIds().map(ids -> starts(ids, length, pass)))
                        .orElseThrow();
        return new Positions(
                pass.call("slice", rope, 0, length), List.of(), List.of(starts), length, false);
    }

    private static NDArray starts(NDArray documentIds, int length, Pass pass) {
        return pass.scope().create(Batch.documentStarts(documentIds.toLongArray(), length));
    }

    /** Returns the starts of the sequences. */
    NDArray starts() {
        return sequences.get(0);
    }
}
