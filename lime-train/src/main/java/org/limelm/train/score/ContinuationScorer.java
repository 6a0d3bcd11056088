package org.limelm.train.score;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.limelm.core.ConfigException;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.metadata.MetadataOrigin;
import org.limelm.train.arm.Arm;
import org.limelm.train.evaluation.MetadataLabel;
import org.limelm.train.evaluation.TagSupply;
import org.limelm.train.generation.TrainedModel;

/**
 * Computes log-likelihoods of continuations. Context and continuation are tokenized together, like
 * training text; the continuation's tokens are those after the context's. Spaces at the end of the
 * context count as part of the continuation, as in EleutherAI's lm-evaluation-harness, whose rules
 * this class follows.
 *
 * <p>A model with tables reads the annotator's tags of context and continuation: in the modes
 * {@code causal} and {@code prefix} a function of the text so far, in mode {@code full}, and for
 * LIME+1 in every mode, an oracle. A request can give the tags of the continuation instead, or a
 * LIME+1 model predict them: then nothing that the model reads depends on text it has yet to
 * predict.
 *
 * <p>For use by one thread.
 */
public final class ContinuationScorer {
    /** Requests tokenized, sorted by length and scored together: independent of the batch size. */
    private static final int BLOCK = 512;

    private final TrainedModel model;
    private final AnnotationMode mode;
    private final TagSupply supply;
    private final int batchSize;
    private final RequestEncoder encoder;
    private final ScoreBatches batches;

    /**
     * Prepares a scorer.
     *
     * @param mode annotation mode of the tags
     * @param batchSize rows per batch; changes the results only by rounding
     */
    public ContinuationScorer(TrainedModel model, AnnotationMode mode, int batchSize) {
        this(model, mode, TagSupply.annotated(), batchSize);
    }

    /**
     * Prepares a scorer with tags of an annotator or of the model.
     *
     * @param mode annotation mode of the annotator's tags; with predicted tags, a model of {@code
     *     causal} or {@code prefix} tags still reads the annotator's for tokens that it has read
     * @param supply annotated, none, predicted-greedy or predicted-marginal
     * @param batchSize rows per batch; changes the results only by rounding
     * @throws ConfigException if the supply is joint, which has no score of the text alone, or the
     *     model does not predict the tags that it reads, or reads tags and cannot do without
     */
    public ContinuationScorer(
            TrainedModel model, AnnotationMode mode, TagSupply supply, int batchSize) {
        requireSupport(model, supply);
        this.model = model;
        this.mode = mode;
        this.supply = supply;
        this.batchSize = batchSize;
        this.encoder = new RequestEncoder(model, mode, supply);
        this.batches =
                new ScoreBatches(
                        model.decoder().config().contextLength(),
                        batchSize,
                        model.tokenizer().endOfTextId());
    }

    /**
     * Checks that a model can be scored with tags of a supply.
     *
     * @throws ConfigException if it cannot
     */
    static void requireSupport(TrainedModel model, TagSupply supply) {
        Arm arm = model.provenance().arm();
        if (supply instanceof TagSupply.Joint) {
            throw new ConfigException(
                    "[score] tags joint, expected annotated, none, predicted-greedy or predicted-marginal: continuations are scored as text, not as text with its tags");
        }
        if (supply instanceof TagSupply.Predicted && !arm.feedsItself()) {
            throw TagSupply.doesNotFeedItself(arm);
        }
    }

    /** Prepares a scorer with the annotation mode of the model's training. */
    public static ContinuationScorer of(TrainedModel model, int batchSize) {
        return new ContinuationScorer(model, model.provenance().annotation(), batchSize);
    }

    /**
     * Returns the origin of the tags.
     *
     * @param given whether the requests give the tags of their continuations
     */
    public MetadataLabel label(boolean given) {
        return label(model, mode, supply, given);
    }

    /** Returns the origin of the tags of a supply, or of given tags. */
    static MetadataLabel label(
            TrainedModel model, AnnotationMode mode, TagSupply supply, boolean given) {
        Arm arm = model.provenance().arm();
        MetadataLabel label = MetadataLabel.of(arm, mode, model.annotators().id());
        if (given && arm.hasTables()) {
            return label.withOrigin(MetadataOrigin.GIVEN);
        }
        if (supply instanceof TagSupply.Predicted own) {
            return label.withOrigin(own.origin());
        }
        return supply instanceof TagSupply.None ? MetadataLabel.WITHOUT_TAGS : label;
    }

    /**
     * Scores continuations of one context.
     *
     * @param context the text before; empty at the start of a document
     * @return one score per continuation
     */
    public List<ContinuationScore> logLikelihood(String context, List<String> continuations) {
        ContinuationRequest request = new ContinuationRequest(context, continuations);
        return logLikelihood(List.of(request), done -> {}).get(0);
    }

    /**
     * Scores many requests.
     *
     * <p>If context and continuation exceed the model's context, the beginning of the context is
     * dropped. A continuation that is longer by itself is scored in parts, each token with at least
     * half a context of preceding text.
     *
     * @param progress called after each batch with the approximate number of requests done
     * @return one list of scores per request
     */
    public List<List<ContinuationScore>> logLikelihood(
            List<ContinuationRequest> requests, LongConsumer progress) {
        List<List<ContinuationScore>> scores = new ArrayList<>(requests.size());
        requireNoGivenTags(requests);
        try (RowScorer scorer = RowScorer.of(model, mode, supply, batchSize)) {
            for (int from = 0; from < requests.size(); from += BLOCK) {
                List<ContinuationRequest> block =
                        requests.subList(from, Math.min(requests.size(), from + BLOCK));
                long before = from;
                scores.addAll(block(block, scorer, done -> progress.accept(before + done)));
            }
        }
        return scores;
    }

    private List<List<ContinuationScore>> block(
            List<ContinuationRequest> requests, RowScorer scorer, LongConsumer progress) {
        List<EncodedContinuation> encoded = encoder.encode(requests);
        ScoreSums sums = new ScoreSums(encoded.size());
        List<ScoreBatches.Rows> all = batches.of(encoded);
        for (int batch = 0; batch < all.size(); batch++) {
            ScoreBatches.Rows rows = all.get(batch);
            scorer.score(rows, sums);
            progress.accept((batch + 1L) * requests.size() / all.size());
        }
        List<List<ContinuationScore>> grouped = new ArrayList<>(requests.size());
        int next = 0;
        for (ContinuationRequest request : requests) {
            List<ContinuationScore> group = new ArrayList<>();
            for (int i = 0; i < request.continuations().size(); i++, next++) {
                group.add(sums.score(next, encoded.get(next), batches.dropped(encoded.get(next))));
            }
            grouped.add(List.copyOf(group));
        }
        return grouped;
    }

    private void requireNoGivenTags(List<ContinuationRequest> requests) {
        boolean given = requests.stream().anyMatch(request -> !request.given().isEmpty());
        if (given && !(supply instanceof TagSupply.Annotated)) {
            throw new ConfigException(
                    "[score] a request gives the tags of its continuation, but the model is to predict them or to do without. Hint: remove one of the two");
        }
    }
}
