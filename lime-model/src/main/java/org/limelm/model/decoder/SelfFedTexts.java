package org.limelm.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.limelm.core.LimeException;

/**
 * Texts that a LIME+1 model reads without being told the tags of the next token: it predicts them
 * itself. All texts advance together, one position at a time:
 *
 * <ol>
 *   <li>{@link #propose} predicts the tags of the next token, from the tokens so far and the tags
 *       kept so far;
 *   <li>{@link #read} reads the position with one or several candidates for these tags;
 *   <li>{@link #mix} or {@link #logProbabilities} give the next token's probabilities;
 *   <li>{@link #keep} keeps one candidate per text, with its keys and values.
 * </ol>
 *
 * <p>Dimensions: B texts, Q candidates, V vocabulary. Arrays are in row-major order. Not
 * thread-safe.
 */
public final class SelfFedTexts implements AutoCloseable {
    private final CachedDecoder decoder;
    private final KvCache cache;
    private final int maxCandidates;
    private final TagProposals proposals;
    private final NDManager manager;
    private NDArray state; // (B, D): of the last position kept
    private @Nullable Position position;

    /**
     * The position being read.
     *
     * @param scope owner of the arrays
     * @param logProbs (B, Q, V)
     * @param states (B, Q, D)
     */
    private record Position(NDManager scope, NDArray logProbs, NDArray states) {}

    /**
     * Candidates for the tags of the next token, per text the most probable first.
     *
     * @param logProbabilities B·Q natural logarithms
     * @param tags per feature B·Q tag ids
     */
    @SuppressWarnings("ArrayRecordComponent") // identity is not used
    public record Proposal(float[] logProbabilities, List<long[]> tags) {}

    /**
     * The probability of a token under a weighted sum of the candidates.
     *
     * @param logProbabilities B natural logarithms of the weighted sum
     * @param correct whether no token has a higher sum, per text
     * @param terms B·Q natural logarithms of the summands
     */
    @SuppressWarnings("ArrayRecordComponent") // identity is not used
    public record Mixture(float[] logProbabilities, boolean[] correct, float[] terms) {}

    SelfFedTexts(
            CachedDecoder decoder,
            KvCache cache,
            int maxCandidates,
            TagHead head,
            NDManager manager) {
        this.decoder = decoder;
        this.cache = cache;
        this.maxCandidates = maxCandidates;
        this.proposals = new TagProposals(decoder, cache, head);
        this.manager = manager;
        Shape shape = new Shape(cache.batch(), decoder.config().hiddenSize());
        state = manager.zeros(shape, DataType.FLOAT32);
    }

    /** Returns the number of positions kept so far. */
    public int length() {
        return cache.length();
    }

    /**
     * Predicts the tags of the next token, before it is known. A position that has been read but
     * not kept has to be read again.
     *
     * @param tokens the current token of every text, B
     * @param count maximum number of candidates
     */
    public Proposal propose(long[] tokens, int count) {
        check("token", tokens, cache.batch(), decoder.config().vocabularySize());
        try (NDManager scope = manager.newSubManager()) {
            if (proposals.readsPosition()) {
                requireRoom();
                release(); // its keys and values are overwritten
            }
            NDList result = proposals.of(scope.create(tokens), state, count, scope);
            List<long[]> tags = new ArrayList<>();
            result.subNDList(1).forEach(ids -> tags.add(ids.toLongArray()));
            return new Proposal(result.get(0).toFloatArray(), tags);
        }
    }

    private void requireRoom() {
        if (cache.length() == cache.capacity()) {
            throw new LimeException("[texts] all " + cache.capacity() + " positions are in use");
        }
    }

    /**
     * Reads the current token of every text with candidates for the tags of the next one. A
     * position that has not been kept may be read again.
     *
     * @param tokens B
     * @param tags per feature B·Q
     * @throws LimeException if the texts are full, or an id is out of range
     */
    public void read(long[] tokens, List<long[]> tags) {
        check("token", tokens, cache.batch(), decoder.config().vocabularySize());
        requireRoom();
        if (tags.size() != decoder.tagCounts().size()) {
            throw new LimeException(
                    "[texts] %d columns of tags, expected %d"
                            .formatted(tags.size(), decoder.tagCounts().size()));
        }
        int candidates = tags.get(0).length / cache.batch();
        if (candidates < 1 || candidates > maxCandidates) {
            throw new LimeException(
                    "[texts] %d candidates, expected 1 to %d".formatted(candidates, maxCandidates));
        }
        for (int feature = 0; feature < tags.size(); feature++) {
            int bound = decoder.tagCounts().get(feature);
            check("tag", tags.get(feature), cache.batch() * candidates, bound);
        }
        release();
        NDManager scope = manager.newSubManager();
        NDList columns = new NDList();
        for (long[] column : tags) {
            columns.add(scope.create(column, new Shape(cache.batch(), candidates)));
        }
        NDList result = decoder.readCandidates(cache, scope.create(tokens), columns, scope);
        position = new Position(scope, result.get(0), result.get(1));
    }

    /**
     * Returns the probability of the next token of every text under a weighted sum of the
     * candidates.
     *
     * @param logWeights B·Q natural logarithms; −∞ leaves a candidate out
     * @param targets the next tokens, B
     */
    public Mixture mix(float[] logWeights, long[] targets) {
        Position at = current();
        check("token", targets, cache.batch(), decoder.config().vocabularySize());
        Shape shape = new Shape(cache.batch(), logWeights.length / cache.batch());
        try (NDManager scope = manager.newSubManager()) {
            NDList result =
                    decoder.kernels()
                            .inferList(
                                    scope,
                                    "mixture",
                                    at.logProbs(),
                                    scope.create(logWeights, shape),
                                    scope.create(targets));
            float[] matches = result.get(1).toFloatArray();
            boolean[] correct = new boolean[matches.length];
            for (int text = 0; text < matches.length; text++) {
                correct[text] = matches[text] != 0;
            }
            return new Mixture(result.get(0).toFloatArray(), correct, result.get(2).toFloatArray());
        }
    }

    /**
     * The most probable next tokens under a weighted sum of the candidates, in descending order.
     *
     * @param logProbabilities B·K natural logarithms
     * @param ids B·K
     */
    @SuppressWarnings("ArrayRecordComponent") // identity is not used
    public record TopTokens(float[] logProbabilities, long[] ids) {}

    /**
     * Returns the most probable next tokens of every text.
     *
     * @param logWeights as for {@link #mix}
     * @param count K, from 1 to V
     */
    public TopTokens top(float[] logWeights, int count) {
        Position at = current();
        Shape shape = new Shape(cache.batch(), logWeights.length / cache.batch());
        try (NDManager scope = manager.newSubManager()) {
            NDArray weights = scope.create(logWeights, shape);
            NDList result =
                    decoder.kernels()
                            .inferList(scope, "top_of_mixture", at.logProbs(), weights, count);
            return new TopTokens(result.get(0).toFloatArray(), result.get(1).toLongArray());
        }
    }

    /** Returns the natural logarithms of the next token's probabilities, B·Q·V. */
    public float[] logProbabilities() {
        return current().logProbs().toFloatArray();
    }

    /**
     * Keeps one candidate of the current position per text and ends the position.
     *
     * @param chosen its index, from 0 to Q − 1, per text
     */
    public void keep(long[] chosen) {
        Position at = current();
        int candidates = Math.toIntExact(at.states().getShape().get(1));
        check("candidate", chosen, cache.batch(), candidates);
        try (NDManager scope = manager.newSubManager()) {
            NDArray next =
                    decoder.kernels()
                            .infer(
                                    manager,
                                    "keep_candidate",
                                    cache.layers(),
                                    at.states(),
                                    scope.create(chosen),
                                    cache.length());
            state.close();
            state = next;
        }
        cache.advance(1);
        release();
    }

    private Position current() {
        if (position == null) {
            throw new IllegalStateException("no position has been read");
        }
        return position;
    }

    private void release() {
        if (position != null) {
            position.scope().close();
            position = null;
        }
    }

    private static void check(String what, long[] ids, int expected, int bound) {
        if (ids.length != expected) {
            throw new LimeException(
                    "[texts] %d %ss, expected %d".formatted(ids.length, what, expected));
        }
        for (long id : ids) {
            if (id < 0 || id >= bound) {
                throw new LimeException(
                        "[texts] %s id %d, expected 0 to %d".formatted(what, id, bound - 1));
            }
        }
    }

    /** Releases the texts; has no effect if already closed. */
    @Override
    public void close() {
        cache.close();
        manager.close();
    }
}
