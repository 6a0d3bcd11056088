package org.limelm.train.evaluation;

import ai.djl.ndarray.NDManager;
import org.limelm.core.LimeException;
import org.limelm.model.decoder.LimeDecoder;
import org.limelm.model.decoder.TokenScores;
import org.limelm.train.data.EvaluationRows;
import org.limelm.train.data.HostBatch;

/** Scores rows of text with a model. */
public final class Evaluator {
    private final LimeDecoder model;
    private final NDManager manager;

    /**
     * Prepares the evaluation of a model.
     *
     * @param manager manager on the model's device; each batch uses its own sub-manager
     */
    public Evaluator(LimeDecoder model, NDManager manager) {
        this.model = model;
        this.manager = manager;
    }

    /**
     * Scores rows of text.
     *
     * @param arm arm of the model with the annotation mode of its training
     * @param label origin of the tags
     * @param data name of the text, for the report
     * @param tokens approximate number of tokens to score; 0 = all
     * @throws LimeException if there is nothing to predict
     */
    public EvaluationResult evaluate(
            String arm,
            MetadataLabel label,
            String data,
            EvaluationRows rows,
            int batchSize,
            long tokens) {
        return evaluate(arm, label, data, rows, batchSize, tokens, TokenSink.NONE);
    }

    /**
     * Scores rows of text.
     *
     * @param arm arm of the model with the annotation mode of its training
     * @param label origin of the tags
     * @param data name of the text, for the report
     * @param tokens approximate number of tokens to score; 0 = all
     * @param sink receives the score of every token
     * @throws LimeException if there is nothing to predict
     */
    public EvaluationResult evaluate(
            String arm,
            MetadataLabel label,
            String data,
            EvaluationRows rows,
            int batchSize,
            long tokens,
            TokenSink sink) {
        long predicted = 0;
        long bytes = 0;
        double nll = 0;
        double correct = 0;
        for (HostBatch batch : rows.batches(batchSize, tokens)) {
            try (NDManager scope = manager.newSubManager()) {
                TokenScores scores = model.score(batch.toBatch(scope), scope);
                float[] nllOfTargets = scores.nll().toFloatArray();
                float[] correctTargets = scores.correct().toFloatArray();
                // Sums in double precision: float32 would lose digits over many tokens.
                for (float value : nllOfTargets) {
                    nll += value;
                }
                for (float value : correctTargets) {
                    correct += value;
                }
                sink.add(batch, nllOfTargets, correctTargets);
            }
            predicted += batch.predictedTokens();
            for (int covered : batch.targetBytes()) {
                bytes += covered;
            }
        }
        if (predicted == 0) {
            throw new LimeException(
                    "[evaluation of "
                            + data
                            + "] nothing to predict: the text has fewer than two tokens");
        }
        double loss = nll / predicted;
        return new EvaluationResult(
                arm,
                label.annotation(),
                label.origin(),
                label.annotator(),
                data,
                predicted,
                bytes,
                loss,
                Math.exp(loss),
                nll / Math.log(2) / Math.max(1, bytes),
                correct / predicted);
    }
}
