package org.limelm.train.evaluation;

import java.util.Optional;
import org.limelm.core.LimeException;
import org.limelm.core.metadata.MetadataOrigin;
import org.limelm.model.decoder.Batch;
import org.limelm.model.decoder.LimeDecoder;
import org.limelm.train.data.EvaluationRows;
import org.limelm.train.data.HostBatch;

/** Evaluates a LIME+1 model that predicts the tags of the next token itself. */
final class SelfFedEvaluator {
    private final LimeDecoder model;
    private final TagSupply.Predicted supply;
    private final boolean observedPast;
    private final TokenSink sink;

    private long predicted;
    private long bytes;
    private double logProbability;
    private double renormalized;
    private double mass;
    private long correct;
    private long tagsCorrect;

    /**
     * Prepares an evaluation.
     *
     * @param supply how the model chooses its tags
     * @param observedPast whether the tags of known tokens are the annotator's
     * @param sink receives the score of every token
     */
    SelfFedEvaluator(
            LimeDecoder model, TagSupply.Predicted supply, boolean observedPast, TokenSink sink) {
        this.model = model;
        this.supply = supply;
        this.observedPast = observedPast;
        this.sink = sink;
    }

    /**
     * Scores rows of text.
     *
     * @param arm arm of the model with the annotation mode of its training
     * @param data name of the text, for the report
     * @param tokens approximate number of tokens to score; 0 = all
     * @throws LimeException if the model cannot predict its own tags, if attention is limited to
     *     documents, or if there is nothing to predict
     */
    EvaluationResult evaluate(
            String arm,
            MetadataLabel label,
            String data,
            EvaluationRows rows,
            int batchSize,
            long tokens) {
        try (SelfFedScorer scorer = new SelfFedScorer(model, supply, observedPast, batchSize)) {
            for (HostBatch batch : rows.batches(batchSize, tokens)) {
                SelfFedScorer.Scores scores = scorer.score(batch);
                add(batch, scores);
                sink.add(batch, scores.nll(), scores.correct());
            }
        }
        if (predicted == 0) {
            throw new LimeException("[evaluation of " + data + "] nothing to predict");
        }
        double loss = -logProbability / predicted;
        return new EvaluationResult(
                arm,
                label.annotation(),
                supply.origin().label(),
                label.annotator(),
                data,
                predicted,
                bytes,
                loss,
                Math.exp(loss),
                Sums.toBitsPerByte(-logProbability, bytes),
                (double) correct / predicted,
                Optional.empty(),
                Optional.of(
                        new CandidateFigures(
                                greedy() ? 1 : supply.candidates(),
                                mass / predicted,
                                Sums.toBitsPerByte(-renormalized, bytes),
                                (double) tagsCorrect / predicted,
                                observedPast)));
    }

    private boolean greedy() {
        return supply.origin() == MetadataOrigin.PREDICTED_GREEDY;
    }

    private void add(HostBatch batch, SelfFedScorer.Scores scores) {
        for (int at = 0; at < scores.nll().length; at++) {
            if (batch.targets()[at] != Batch.IGNORED) {
                predicted++;
                bytes += batch.targetBytes()[at];
                logProbability -= scores.nll()[at];
                renormalized -= scores.nll()[at] + (greedy() ? 0 : Math.log(scores.mass()[at]));
                mass += scores.mass()[at];
                correct += scores.correct()[at] == 1 ? 1 : 0;
                tagsCorrect += scores.tagsCorrect()[at] ? 1 : 0;
            }
        }
    }
}
