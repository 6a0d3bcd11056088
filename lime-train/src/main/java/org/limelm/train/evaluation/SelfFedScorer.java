package org.limelm.train.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.limelm.core.LimeException;
import org.limelm.core.metadata.MetadataOrigin;
import org.limelm.model.decoder.Batch;
import org.limelm.model.decoder.CachedDecoder;
import org.limelm.model.decoder.LimeDecoder;
import org.limelm.model.decoder.SelfFedTexts;
import org.limelm.train.data.HostBatch;

/**
 * Scores rows of text with a LIME+1 model that predicts the tags of the next token itself, without
 * an oracle. Every probability is a function of the tokens before, so the scores are those of a
 * proper model of the text:
 *
 * <ul>
 *   <li>{@link MetadataOrigin#PREDICTED_GREEDY}: the most probable tags are used;
 *   <li>{@link MetadataOrigin#PREDICTED_MARGINAL}: q(x) = Σ_a p(a) p(x | a), summed over the K most
 *       probable combinations of tags a. This is at most the sum over all of them, and the mass
 *       left out is reported.
 * </ul>
 *
 * <p>Once the token is known, the tags that later positions read are chosen: those of the greedy
 * choice, or those with the largest p(a) p(x | a). With an observed past they are the annotator's
 * instead, which is proper for {@code causal} tags, since these depend on known tokens only.
 *
 * <p>Rows start without a past, as in {@link Evaluator}. For use by one thread.
 */
public final class SelfFedScorer implements AutoCloseable {
    private final CachedDecoder decoder;
    private final boolean greedy;
    private final int candidates;
    private final boolean observedPast;

    /**
     * Prepares to score.
     *
     * @param model a model that predicts the tags that it reads
     * @param supply how it chooses them
     * @param observedPast whether the tags of known tokens are the annotator's
     * @param rows largest number of rows per batch
     * @throws LimeException if the model cannot predict its own tags, or there are no candidates
     */
    public SelfFedScorer(
            LimeDecoder model, TagSupply.Predicted supply, boolean observedPast, int rows) {
        this.greedy = supply.origin() == MetadataOrigin.PREDICTED_GREEDY;
        this.candidates = greedy ? 1 : supply.candidates();
        this.observedPast = observedPast;
        this.decoder = CachedDecoder.of(model, rows * (candidates + 1));
    }

    /**
     * Scores of a batch, each B·T; 0 and false where nothing was to be predicted.
     *
     * @param nll negative log-probabilities of the targets
     * @param correct 1 where the target was the most probable token
     * @param mass probability of the candidates, at most 1
     * @param tagsCorrect whether the most probable tags were the annotator's
     * @param topLogProbabilities natural logarithms of the most probable tokens' probabilities, in
     *     descending order, B·T·K
     * @param topIds their ids, B·T·K
     */
    @SuppressWarnings("ArrayRecordComponent") // identity is not used
    public record Scores(
            float[] nll,
            float[] correct,
            float[] mass,
            boolean[] tagsCorrect,
            float[] topLogProbabilities,
            long[] topIds) {
        private static Scores ofSize(int positions, int top) {
            return new Scores(
                    new float[positions],
                    new float[positions],
                    new float[positions],
                    new boolean[positions],
                    new float[positions * top],
                    new long[positions * top]);
        }
    }

    /** Scores the targets of a batch, without the most probable tokens. */
    public Scores score(HostBatch batch) {
        return score(batch, 0, () -> {});
    }

    /**
     * Scores the targets of a batch.
     *
     * @param batch rows with the annotator's tags; where targets are ignored, the row's tokens are
     *     read without a score
     * @param top number K of the most probable tokens to return per position; 0 = none
     * @param checkpoint called before each position; may throw to end the work
     * @throws LimeException if attention is limited to documents
     */
    public Scores score(HostBatch batch, int top, Runnable checkpoint) {
        if (batch.documentIds().isPresent()) {
            throw new LimeException(
                    "[evaluation] attention is limited to documents (data.documentMask), but a model that predicts its own tags is evaluated across documents. Hint: train it with data.documentMask=false");
        }
        int rows = batch.rows();
        Scores scores = Scores.ofSize(rows * batch.length(), top);
        try (SelfFedTexts texts = decoder.newSelfFedTexts(rows, batch.length(), candidates + 1)) {
            for (int position = 0; position < batch.length(); position++) {
                checkpoint.run();
                long[] tokens = column(batch.tokens(), batch, position);
                SelfFedTexts.Proposal proposal = texts.propose(tokens, candidates);
                List<long[]> truth = new ArrayList<>();
                for (long[] tags : batch.tags()) {
                    truth.add(column(tags, batch, position));
                }
                texts.read(tokens, observedPast ? with(truth, proposal, rows) : proposal.tags());
                texts.keep(choose(texts, batch, position, proposal, truth, scores, top));
            }
        }
        return scores;
    }

    /** Adds the scores of a position, and returns the candidates to keep. */
    private long[] choose(
            SelfFedTexts texts,
            HostBatch batch,
            int position,
            SelfFedTexts.Proposal proposal,
            List<long[]> truth,
            Scores scores,
            int top) {
        int rows = batch.rows();
        int proposed = proposal.logProbabilities().length / rows;
        float[] weights = weights(proposal, rows, proposed);
        SelfFedTexts.Mixture mixture = texts.mix(weights, following(batch, position));
        if (top > 0) {
            setTop(texts.top(weights, top), batch, position, scores, top);
        }
        long[] kept = new long[rows];
        int read = proposed + (observedPast ? 1 : 0);
        for (int row = 0; row < rows; row++) {
            if (observedPast) {
                kept[row] = proposed;
            } else if (!greedy) {
                kept[row] = largest(mixture.terms(), row * read, proposed);
            }
            int at = row * batch.length() + position;
            if (batch.targets()[at] != Batch.IGNORED) {
                scores.nll[at] = -mixture.logProbabilities()[row];
                scores.correct[at] = mixture.correct()[row] ? 1 : 0;
                scores.mass[at] = mass(proposal, row * proposed, proposed);
                scores.tagsCorrect[at] = firstIs(truth, proposal, row, proposed);
            }
        }
        return kept;
    }

    private static void setTop(
            SelfFedTexts.TopTokens best, HostBatch batch, int position, Scores scores, int top) {
        for (int row = 0; row < batch.rows(); row++) {
            int to = (row * batch.length() + position) * top;
            System.arraycopy(
                    best.logProbabilities(), row * top, scores.topLogProbabilities, to, top);
            System.arraycopy(best.ids(), row * top, scores.topIds, to, top);
        }
    }

    /** Returns the token after a position of each row: its target, or else the next one read. */
    private static long[] following(HostBatch batch, int position) {
        long[] following = column(batch.targets(), batch, position);
        for (int row = 0; row < following.length; row++) {
            if (following[row] == Batch.IGNORED) {
                int next = Math.min(position + 1, batch.length() - 1);
                following[row] = batch.tokens()[row * batch.length() + next];
            }
        }
        return following;
    }

    /** Returns log-weights of the candidates; an observed past is not one of them. */
    private float[] weights(SelfFedTexts.Proposal proposal, int rows, int proposed) {
        int read = proposed + (observedPast ? 1 : 0);
        float[] weights = new float[rows * read];
        Arrays.fill(weights, Float.NEGATIVE_INFINITY);
        for (int row = 0; row < rows; row++) {
            for (int k = 0; k < proposed; k++) {
                weights[row * read + k] =
                        greedy ? 0 : proposal.logProbabilities()[row * proposed + k];
            }
        }
        return weights;
    }

    /** Appends the annotator's tags to the candidates of every row. */
    private static List<long[]> with(List<long[]> truth, SelfFedTexts.Proposal proposal, int rows) {
        List<long[]> columns = new ArrayList<>();
        for (int feature = 0; feature < truth.size(); feature++) {
            long[] tags = proposal.tags().get(feature);
            int proposed = tags.length / rows;
            long[] all = new long[rows * (proposed + 1)];
            for (int row = 0; row < rows; row++) {
                System.arraycopy(tags, row * proposed, all, row * (proposed + 1), proposed);
                all[row * (proposed + 1) + proposed] = truth.get(feature)[row];
            }
            columns.add(all);
        }
        return columns;
    }

    private static boolean firstIs(
            List<long[]> truth, SelfFedTexts.Proposal proposal, int row, int proposed) {
        return IntStream.range(0, truth.size())
                .allMatch(
                        feature ->
                                truth.get(feature)[row]
                                        == proposal.tags().get(feature)[row * proposed]);
    }

    private static float mass(SelfFedTexts.Proposal proposal, int from, int count) {
        double sum = 0;
        for (int k = from; k < from + count; k++) {
            sum += Math.exp(proposal.logProbabilities()[k]);
        }
        return (float) Math.min(1, sum);
    }

    private static long largest(float[] terms, int from, int count) {
        int best = 0;
        for (int k = 1; k < count; k++) {
            if (terms[from + k] > terms[from + best]) {
                best = k;
            }
        }
        return best;
    }

    private static long[] column(long[] values, HostBatch batch, int position) {
        long[] column = new long[batch.rows()];
        for (int row = 0; row < column.length; row++) {
            column[row] = values[row * batch.length() + position];
        }
        return column;
    }

    @Override
    public void close() {
        decoder.close();
    }
}
