package org.limelm.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;

/** Predicts the tags of the next token during decoding, from what the tag head of a model reads. */
final class TagProposals {
    private final CachedDecoder decoder;
    private final KvCache cache;
    private final TagHead head;
    private final List<NDArray> matrices;

    TagProposals(CachedDecoder decoder, KvCache cache, TagHead head) {
        this.decoder = decoder;
        this.cache = cache;
        this.head = head;
        this.matrices = head.matrices().stream().map(Matrix::master).toList();
    }

    /** Returns whether the head reads a state of the current position, in a pass of its own. */
    boolean readsPosition() {
        return head.norm().isEmpty();
    }

    /**
     * Returns the most probable combinations of tags, see tag_head.py.
     *
     * @param tokens the current tokens, (B)
     * @param state of the position before, (B, D)
     * @param count maximum number of combinations K
     * @return log-probabilities (B, K), then per feature the tags (B, K)
     */
    NDList of(NDArray tokens, NDArray state, int count, NDManager scope) {
        return head.norm()
                .map(gain -> fromPreviousState(tokens, state, gain, count, scope))
                .orElseGet(() -> fromUntaggedState(tokens, state.getShape(), count, scope));
    }

    private NDList fromPreviousState(
            NDArray tokens, NDArray state, NDArray gain, int count, NDManager scope) {
        return decoder.kernels()
                .inferList(
                        scope,
                        "propose",
                        state,
                        head.tokenTable(),
                        tokens,
                        gain,
                        matrices,
                        head.conditions(),
                        head.epsilon(),
                        count);
    }

    /** Reads the position without tags, and keeps nothing of it. */
    private NDList fromUntaggedState(NDArray tokens, Shape state, int count, NDManager scope) {
        NDList dropped = new NDList();
        for (int tags : decoder.tagCounts()) {
            dropped.add(scope.full(new Shape(cache.batch(), 1), tags - 1, DataType.INT64));
        }
        NDArray untagged =
                decoder.readCandidates(cache, tokens, dropped, scope).get(1); // (B, 1, D)
        return decoder.kernels()
                .inferList(
                        scope,
                        "tag_candidates",
                        untagged.reshape(state),
                        matrices,
                        head.conditions(),
                        count);
    }
}
