package org.limelm.train.evaluation;

import ai.djl.ndarray.NDArray;
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
import org.limelm.train.distributed.Team;

/** Scores rows of text with a model. */
public final class Evaluator {
    private final LimeDecoder model;
    private final NDManager manager;
    private final Team team;

    /**
     * Prepares the evaluation of a model in one process.
     *
     * @param manager manager on the model's device; each batch uses its own sub-manager
     */
    public Evaluator(LimeDecoder model, NDManager manager) {
        this(model, manager, Team.alone());
    }

    /**
     * Prepares the evaluation of a model by the processes of a team, which divide the batches among
     * them. All must evaluate the same rows with the same weights.
     *
     * @param manager manager on the model's device; each batch uses its own sub-manager
     */
    public Evaluator(LimeDecoder model, NDManager manager, Team team) {
        this.model = model;
        this.manager = manager;
        this.team = team;
    }

    /**
     * Scores rows of text. The result is the same in every process, and does not depend on their
     * number: sums are added in the order of the batches.
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
        List<String> features = model.features().predictedInOnePass().names();
        ScoreSums sums = new ScoreSums(rows.batchCount(batchSize, tokens), features.size());
        int number = team.rank();
        for (HostBatch batch : rows.batches(batchSize, tokens, team.rank(), team.size())) {
            try (NDManager scope = manager.newSubManager()) {
                TokenScores scores = model.score(batch.toBatch(scope), scope);
                sums.set(number, batch, scores);
                sink.add(batch, nll(scores, joint), scores.correct().toFloatArray());
            }
            number += team.size();
        }
        ScoreSums.Total total = sums.total(team);
        long predicted = total.tokens();
        long bytes = total.bytes();
        double nll = total.nll();
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
                Sums.toBitsPerByte(nll, bytes),
                total.correct() / predicted,
                tagLoss(features, total),
                Optional.empty());
    }

    /** Returns the negative log-likelihoods of the targets, with those of their tags if joint. */
    private static float[] nll(TokenScores scores, boolean joint) {
        float[] sums = scores.nll().toFloatArray();
        for (NDArray tags : joint ? scores.tagNll() : List.<NDArray>of()) {
            float[] ofTags = tags.toFloatArray();
            for (int i = 0; i < sums.length; i++) {
                sums[i] += ofTags[i];
            }
        }
        return sums;
    }

    private static Optional<TagLoss> tagLoss(List<String> features, ScoreSums.Total total) {
        if (features.isEmpty()) {
            return Optional.empty();
        }
        Map<String, Double> byFeature = new LinkedHashMap<>();
        for (String feature : features) {
            byFeature.put(feature, total.tagNll().get(byFeature.size()) / total.tokens());
        }
        return Optional.of(new TagLoss(byFeature));
    }
}
