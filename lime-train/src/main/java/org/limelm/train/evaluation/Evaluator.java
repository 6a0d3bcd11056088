package org.limelm.train.evaluation;

import ai.djl.ndarray.NDManager;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
        return evaluate(arm, label, data, rows, batchSize, tokens, TokenSink.NONE, false);
    }

    /**
     * Scores rows of text.
     *
     * @param arm arm of the model with the annotation mode of its training
     * @param label origin of the tags
     * @param data name of the text, for the report
     * @param tokens approximate number of tokens to score; 0 = all
     * @param sink receives the score of every token
     * @param joint whether the scores that the sink receives include those of the tags that the
     *     model predicts
     * @throws LimeException if there is nothing to predict
     */
    public EvaluationResult evaluate(
            String arm,
            MetadataLabel label,
            String data,
            EvaluationRows rows,
            int batchSize,
            long tokens,
            TokenSink sink,
            boolean joint) {
        long predicted = 0;
        long bytes = 0;
        double nll = 0;
        double correct = 0;
        List<String> predictedFeatures = model.features().predicted().names();
        double[] tagNll = new double[predictedFeatures.size()];
        for (HostBatch batch : rows.batches(batchSize, tokens)) {
            try (NDManager scope = manager.newSubManager()) {
                TokenScores scores = model.score(batch.toBatch(scope), scope);
                float[] nllOfTargets = scores.nll().toFloatArray();
                float[] correctTargets = scores.correct().toFloatArray();
                nll += sum(nllOfTargets);
                correct += sum(correctTargets);
                for (int feature = 0; feature < scores.tagNll().size(); feature++) {
                    float[] ofTags = scores.tagNll().get(feature).toFloatArray();
                    tagNll[feature] += sum(ofTags);
                    if (joint) {
                        add(nllOfTargets, ofTags);
                    }
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
                correct / predicted,
                tagLoss(predictedFeatures, tagNll, predicted),
                Optional.empty());
    }

    /** Sums in double precision: float32 would lose digits over many tokens. */
    private static double sum(float[] scores) {
        double sum = 0;
        for (float value : scores) {
            sum += value;
        }
        return sum;
    }

    private static void add(float[] sums, float[] values) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += values[i];
        }
    }

    private static Optional<TagLoss> tagLoss(List<String> features, double[] nll, long tokens) {
        if (features.isEmpty()) {
            return Optional.empty();
        }
        Map<String, Double> byFeature = new LinkedHashMap<>();
        for (String feature : features) {
            byFeature.put(feature, nll[byFeature.size()] / tokens);
        }
        return Optional.of(new TagLoss(byFeature));
    }
}
