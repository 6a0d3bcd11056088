package org.limelm.train.evaluation;

import org.limelm.train.data.HostBatch;

/** Receives the score of every target of an evaluation, batch by batch. */
@FunctionalInterface
public interface TokenSink {
    /** Ignores all scores. */
    TokenSink NONE = (batch, nll, correct) -> {};

    /**
     * Receives the scores of a batch.
     *
     * @param batch the rows that were scored
     * @param nll negative natural logarithm of each target's probability, B·T; 0 where ignored
     * @param correct 1 where the target was the most probable prediction, B·T; 0 where ignored
     */
    void add(HostBatch batch, float[] nll, float[] correct);
}
