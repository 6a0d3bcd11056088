package org.limelm.train.score;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.limelm.core.ConfigException;
import org.limelm.core.LimeException;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.metadata.MetadataOrigin;
import org.limelm.model.decoder.Batch;
import org.limelm.model.decoder.TokenScores;
import org.limelm.train.data.HostBatch;
import org.limelm.train.evaluation.MetadataLabel;
import org.limelm.train.evaluation.SelfFedScorer;
import org.limelm.train.evaluation.TagSupply;
import org.limelm.train.generation.Prompt;
import org.limelm.train.generation.TrainedModel;

/**
 * Computes the log-probability of every token of a text, and the most probable tokens beside it:
 * with the tags that {@link ContinuationScorer} reads, or, for a LIME+1 model, with tags that it
 * predicts itself. Texts longer than the model's context are scored in parts, each token with at
 * least half a context of preceding text.
 *
 * <p>For use by one thread. Must be closed before the model.
 */
public final class TokenScorer implements AutoCloseable {
    private static final float[] EMPTY = {};
    private static final long[] NO_IDS = {};

    private final TrainedModel model;
    private final AnnotationMode mode;
    private final TagSupply supply;
    private final RequestEncoder encoder;
    private final ScoreBatches batches;
    private final Optional<SelfFedScorer> selfFed;

    /**
     * Prepares a scorer.
     *
     * @param mode annotation mode of the tags
     * @param supply where the tags come from: the annotator, or the model
     * @param batchSize rows per batch; changes the results only by rounding
     * @throws ConfigException if the model does not predict tags, or {@code supply} is joint, whose
     *     probabilities are not those of tokens
     */
    public TokenScorer(TrainedModel model, AnnotationMode mode, TagSupply supply, int batchSize) {
        ContinuationScorer.requireSupport(model, supply);
        this.model = model;
        this.mode = mode;
        this.supply = supply;
        this.encoder = new RequestEncoder(model, mode, supply);
        this.batches =
                new ScoreBatches(
                        model.decoder().config().contextLength(),
                        batchSize,
                        model.tokenizer().endOfTextId());
        this.selfFed = selfFed(model, mode, supply, batchSize);
    }

    private static Optional<SelfFedScorer> selfFed(
            TrainedModel model, AnnotationMode mode, TagSupply supply, int batchSize) {
        return supply instanceof TagSupply.Predicted predicted
                ? Optional.of(
                        new SelfFedScorer(
                                model.decoder(), predicted, mode != AnnotationMode.FULL, batchSize))
                : Optional.empty();
    }

    /**
     * Returns the supply that a model uses by itself, as in generation: none for a model whose
     * training ended without tags; for a model that predicts the tags it reads, the marginal over
     * them; otherwise the annotator's.
     */
    public static TagSupply defaultSupply(TrainedModel model) {
        if (model.provenance().arm().dropout().endsWithoutTags()) {
            return new TagSupply.None();
        }
        return model.provenance().arm().feedsItself()
                ? new TagSupply.Predicted(
                        MetadataOrigin.PREDICTED_MARGINAL, TagSupply.DEFAULT_CANDIDATES)
                : TagSupply.annotated();
    }

    /**
     * Returns the origin of the tags.
     *
     * @param given whether the tags are given
     */
    public MetadataLabel label(boolean given) {
        return ContinuationScorer.label(model, mode, supply, given);
    }

    /**
     * Scores texts.
     *
     * @param prompts the texts
     * @param given tag names of all their tokens, one per table of the model; empty = by the supply
     * @param startOfDocument whether the end-of-text token, which precedes documents, is read
     *     before each text, so that its first token has a probability too
     * @param top number of the most probable tokens to return per token, at most the vocabulary
     * @return one list of tokens per text
     */
    public List<List<ScoredToken>> score(
            List<Prompt> prompts, List<String> given, boolean startOfDocument, int top) {
        return score(prompts, given, startOfDocument, top, () -> {});
    }

    /**
     * Scores texts.
     *
     * @param checkpoint called before each batch, and before each of its positions if the model
     *     predicts its tags; may throw to end the work
     */
    public List<List<ScoredToken>> score(
            List<Prompt> prompts,
            List<String> given,
            boolean startOfDocument,
            int top,
            Runnable checkpoint) {
        List<EncodedContinuation> texts =
                prompts.stream()
                        .map(prompt -> encoder.encode(prompt, given, startOfDocument))
                        .toList();
        List<List<ScoredToken>> scored = new ArrayList<>();
        for (EncodedContinuation text : texts) {
            List<ScoredToken> tokens = new ArrayList<>();
            for (int id : text.tokens()) {
                tokens.add(new ScoredToken(id, OptionalDouble.empty(), List.of()));
            }
            scored.add(tokens);
        }
        // A text without a predicted token has no row.
        List<EncodedContinuation> predicted =
                texts.stream().filter(text -> text.predicted() > 0).toList();
        List<List<ScoredToken>> results = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            if (texts.get(i).predicted() > 0) {
                results.add(scored.get(i));
            }
        }
        if (!predicted.isEmpty()) {
            for (ScoreBatches.Rows rows : batches.of(predicted)) {
                checkpoint.run();
                set(results, rows, scores(rows.batch(), given.isEmpty(), top, checkpoint), top);
            }
        }
        return startOfDocument
                ? scored.stream().map(tokens -> tokens.subList(1, tokens.size())).toList()
                : Collections.unmodifiableList(scored);
    }

    /** The scores of a batch, B·T, and its most probable tokens, B·T·K. */
    @SuppressWarnings("ArrayRecordComponent") // identity is not used
    private record Scores(float[] nll, float[] topLogProbabilities, long[] topIds) {}

    private Scores scores(HostBatch batch, boolean supplied, int top, Runnable checkpoint) {
        if (supplied && selfFed.isPresent()) {
            SelfFedScorer.Scores scores = selfFed.get().score(batch, top, checkpoint);
            return new Scores(scores.nll(), scores.topLogProbabilities(), scores.topIds());
        }
        try (NDManager scope = model.manager().newSubManager()) {
            TokenScores scores = model.decoder().score(batch.toBatch(scope), top, scope);
            return new Scores(
                    scores.nll().toFloatArray(),
                    scores.top().map(best -> best.logProbabilities().toFloatArray()).orElse(EMPTY),
                    scores.top().map(best -> best.ids().toLongArray()).orElse(NO_IDS));
        }
    }

    private static void set(
            List<List<ScoredToken>> results, ScoreBatches.Rows rows, Scores scores, int top) {
        int length = rows.batch().length();
        long[] targets = rows.batch().targets();
        for (int at = 0; at < targets.length; at++) {
            if (targets[at] == Batch.IGNORED) {
                continue;
            }
            double logProbability = -scores.nll()[at];
            if (!Double.isFinite(logProbability)) {
                throw new LimeException(
                        "[score] a log-probability is %s, expected a finite number. Hint: the weights are damaged; check that the training loss stayed finite"
                                .formatted(logProbability));
            }
            List<ScoredToken.RankedToken> best = new ArrayList<>();
            for (int k = at * top; k < (at + 1) * top; k++) {
                best.add(
                        new ScoredToken.RankedToken(
                                (int) scores.topIds()[k], scores.topLogProbabilities()[k]));
            }
            ScoreBatches.Window window = rows.windows().get(at / length);
            int position = window.start() + at % length + 1;
            results.get(window.text())
                    .set(
                            position,
                            new ScoredToken(
                                    (int) targets[at], OptionalDouble.of(logProbability), best));
        }
    }

    /** Releases a snapshot of the model, if there is one. */
    @Override
    public void close() {
        selfFed.ifPresent(SelfFedScorer::close);
    }
}
