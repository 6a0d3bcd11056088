package org.limelm.train.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.limelm.core.LimeException;
import org.limelm.core.metadata.MetadataOrigin;
import org.limelm.model.decoder.Batch;
import org.limelm.model.decoder.CachedDecoder;
import org.limelm.model.decoder.LimeDecoder;
import org.limelm.model.decoder.SelfFedTexts;
import org.limelm.train.data.EvaluationRows;
import org.limelm.train.data.HostBatch;

/**
 * Scores rows of text with a LIME+1 model that predicts the tags of the next token itself, without
 * an oracle. Every probability is a function of the tokens before, so the results are those of a
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
 * <p>Rows start without a past, as in {@link Evaluator}.
 */
final class SelfFedEvaluator {
    private final LimeDecoder model;
    private final boolean greedy;
    private final int candidates;
    private final boolean observedPast;
    private final TokenSink sink;
    private final PositionSink positions;

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
     * @param origin predicted-greedy or predicted-marginal
     * @param candidates K; ignored for predicted-greedy
     * @param observedPast whether the tags of known tokens are the annotator's
     * @param sink receives the score of every token
     */
    SelfFedEvaluator(
            LimeDecoder model,
            MetadataOrigin origin,
            int candidates,
            boolean observedPast,
            TokenSink sink) {
        this(model, origin, candidates, observedPast, sink, (position, texts, weights) -> {});
    }

    /**
     * Prepares an evaluation that is observed position by position.
     *
     * @param positions called after each position was read, before one candidate is kept
     */
    SelfFedEvaluator(
            LimeDecoder model,
            MetadataOrigin origin,
            int candidates,
            boolean observedPast,
            TokenSink sink,
            PositionSink positions) {
        this.model = model;
        this.sink = sink;
        this.positions = positions;
        greedy = origin == MetadataOrigin.PREDICTED_GREEDY;
        this.candidates = greedy ? 1 : candidates;
        this.observedPast = observedPast;
        if (this.candidates < 1) {
            throw new LimeException(
                    "[evaluation] " + candidates + " candidates, expected at least 1");
        }
    }

    /** Observes the positions of a batch. */
    @FunctionalInterface
    interface PositionSink {
        /**
         * Called after a position was read.
         *
         * @param texts the rows, with this position read
         * @param logWeights log-weights of the candidates, B·Q
         */
        void read(int position, SelfFedTexts texts, float[] logWeights);
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
        try (CachedDecoder decoder = CachedDecoder.of(model, batchSize * (candidates + 1))) {
            for (HostBatch batch : rows.batches(batchSize, tokens)) {
                if (batch.documentIds().isPresent()) {
                    throw new LimeException(
                            "[evaluation] data.documentMask is set, but a model that predicts its own tags is evaluated across documents. Hint: set data.documentMask=false");
                }
                score(decoder, batch);
            }
        }
        if (predicted == 0) {
            throw new LimeException("[evaluation of " + data + "] nothing to predict");
        }
        double loss = -logProbability / predicted;
        double bits = Math.log(2) * Math.max(1, bytes);
        MetadataOrigin origin =
                greedy ? MetadataOrigin.PREDICTED_GREEDY : MetadataOrigin.PREDICTED_MARGINAL;
        return new EvaluationResult(
                arm,
                label.annotation(),
                origin.label(),
                label.annotator(),
                data,
                predicted,
                bytes,
                loss,
                Math.exp(loss),
                -logProbability / bits,
                (double) correct / predicted,
                Optional.empty(),
                Optional.of(
                        new CandidateFigures(
                                candidates,
                                mass / predicted,
                                -renormalized / bits,
                                (double) tagsCorrect / predicted,
                                observedPast)));
    }

    /** Scores the rows of a batch. */
    void score(CachedDecoder decoder, HostBatch batch) {
        int rows = batch.rows();
        float[] nll = new float[rows * batch.length()];
        float[] correctTargets = new float[nll.length];
        try (SelfFedTexts texts = decoder.newSelfFedTexts(rows, batch.length(), candidates + 1)) {
            for (int position = 0; position < batch.length(); position++) {
                long[] tokens = column(batch.tokens(), batch, position);
                SelfFedTexts.Proposal proposal = texts.propose(tokens, candidates);
                List<long[]> truth = new ArrayList<>();
                for (long[] tags : batch.tags()) {
                    truth.add(column(tags, batch, position));
                }
                int proposed = proposal.logProbabilities().length / rows;
                texts.read(tokens, observedPast ? with(truth, proposal, rows) : proposal.tags());
                texts.keep(
                        count(
                                texts,
                                batch,
                                position,
                                proposal,
                                proposed,
                                truth,
                                nll,
                                correctTargets));
            }
        }
        sink.add(batch, nll, correctTargets);
    }

    /** Adds the scores of a position, and returns the candidates to keep. */
    private long[] count(
            SelfFedTexts texts,
            HostBatch batch,
            int position,
            SelfFedTexts.Proposal proposal,
            int proposed,
            List<long[]> truth,
            float[] nll,
            float[] correctTargets) {
        int rows = batch.rows();
        long[] targets = column(batch.targets(), batch, position);
        long[] known = Arrays.stream(targets).map(id -> Math.max(0, id)).toArray();
        float[] weights = weights(proposal, rows, proposed);
        SelfFedTexts.Mixture mixture = texts.mix(weights, known);
        positions.read(position, texts, weights);
        long[] kept = new long[rows];
        int read = proposed + (observedPast ? 1 : 0);
        for (int row = 0; row < rows; row++) {
            if (observedPast) {
                kept[row] = proposed;
            } else if (!greedy && targets[row] != Batch.IGNORED) {
                kept[row] = largest(mixture.terms(), row * read, proposed);
            }
            if (targets[row] == Batch.IGNORED) {
                continue;
            }
            predicted++;
            bytes += batch.targetBytes()[row * batch.length() + position];
            logProbability += mixture.logProbabilities()[row];
            nll[row * batch.length() + position] = -mixture.logProbabilities()[row];
            correctTargets[row * batch.length() + position] = mixture.correct()[row] ? 1 : 0;
            double covered = mass(proposal, row * proposed, proposed);
            mass += covered;
            renormalized += mixture.logProbabilities()[row] - (greedy ? 0 : Math.log(covered));
            correct += mixture.correct()[row] ? 1 : 0;
            tagsCorrect += firstIs(truth, proposal, row, proposed) ? 1 : 0;
        }
        return kept;
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

    private static double mass(SelfFedTexts.Proposal proposal, int from, int count) {
        double sum = 0;
        for (int k = from; k < from + count; k++) {
            sum += Math.exp(proposal.logProbabilities()[k]);
        }
        return Math.min(1, sum);
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
}
