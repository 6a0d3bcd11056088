package org.limelm.train.evaluation;

import org.limelm.core.LimeException;
import org.limelm.core.metadata.MetadataOrigin;
import org.limelm.model.decoder.CachedDecoder;
import org.limelm.model.decoder.LimeDecoder;
import org.limelm.model.decoder.SelfFedTexts;
import org.limelm.train.data.HostBatch;

/**
 * Scores tokens with a LIME+1 model that predicts the tags it reads, as {@code lime eval --tags
 * predicted-marginal} and {@code predicted-greedy} do. Takes a snapshot of the model, to be closed
 * before it. For use by one thread.
 */
public final class SelfFedScorer implements AutoCloseable {
    private final LimeDecoder model;
    private final TagSupply.Predicted supply;
    private final boolean observedPast;
    private final CachedDecoder decoder;

    /**
     * Takes a snapshot of a model.
     *
     * @param observedPast whether the tags of known tokens are the annotator's
     */
    public SelfFedScorer(LimeDecoder model, TagSupply.Predicted supply, boolean observedPast) {
        this.model = model;
        this.supply = supply;
        this.observedPast = observedPast;
        this.decoder = CachedDecoder.of(model, candidates() + 1);
    }

    private int candidates() {
        return supply.origin() == MetadataOrigin.PREDICTED_GREEDY ? 1 : supply.candidates();
    }

    /**
     * Scores of a batch of B rows of T positions, in row-major order.
     *
     * @param nll negative natural logarithm of each target's probability, B·T; 0 where ignored
     * @param topLogProbabilities the most probable tokens' natural logarithms, in descending order,
     *     B·T·K
     * @param topIds their ids, B·T·K
     */
    @SuppressWarnings("ArrayRecordComponent") // identity is not used
    public record Scores(float[] nll, float[] topLogProbabilities, long[] topIds) {}

    /**
     * Scores a batch.
     *
     * @param top number K of the most probable tokens to return per position; 0 = none
     * @throws LimeException if the model cannot predict its own tags
     */
    public Scores score(HostBatch batch, int top) {
        int rows = batch.rows();
        int length = batch.length();
        float[] values = new float[rows * length * top];
        long[] ids = new long[values.length];
        SelfFedEvaluator.PositionSink positions =
                (position, texts, weights) -> {
                    if (top > 0) {
                        SelfFedTexts.TopTokens best = texts.top(weights, top);
                        for (int row = 0; row < rows; row++) {
                            int to = (row * length + position) * top;
                            System.arraycopy(best.logProbabilities(), row * top, values, to, top);
                            System.arraycopy(best.ids(), row * top, ids, to, top);
                        }
                    }
                };
        float[] nll = new float[rows * length];
        new SelfFedEvaluator(
                        model,
                        supply.origin(),
                        candidates(),
                        observedPast,
                        (scored, scores, correct) ->
                                System.arraycopy(scores, 0, nll, 0, nll.length),
                        positions)
                .score(decoder, batch);
        return new Scores(nll, values, ids);
    }

    /** Releases the snapshot; has no effect if already closed. */
    @Override
    public void close() {
        decoder.close();
    }
}
