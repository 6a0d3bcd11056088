package org.limelm.model.generate;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;
import java.util.function.ToIntFunction;
import org.limelm.core.LimeException;
import org.limelm.core.random.SplitMix64;
import org.limelm.model.decoder.CachedDecoder;
import org.limelm.model.decoder.LimeDecoder;
import org.limelm.model.decoder.SelfFedTexts;

/**
 * Continues a prompt with a LIME+1 model that predicts the tags of the next token itself: before
 * every token it chooses the token's tags, then the token. It needs neither a tagger nor given
 * tags, but a {@link TagPlan} can restrict them.
 *
 * <p>The tags of the prompt are those that explain its tokens best. A generator is a snapshot of
 * the model's weights and is thread-safe.
 */
public final class SelfFedGenerator implements AutoCloseable {
    /** Candidates for the tags of a known token. */
    private static final int PROMPT_CANDIDATES = 16;

    /** Candidates for the tags of a generated token: all combinations of usual tag sets. */
    private static final int CANDIDATES = 4_096;

    private static final int ONE_TEXT = 1;

    private final CachedDecoder decoder;
    private final int contextLength;

    /** Creates a generator from a snapshot of a model; close it before the model. */
    public SelfFedGenerator(LimeDecoder model) {
        decoder = CachedDecoder.of(model, PROMPT_CANDIDATES);
        contextLength = model.config().contextLength();
    }

    /**
     * Generates tokens until the end of text, the end of the plan or the token limit. If the text
     * outgrows the model's context, the older half is dropped and the rest is read again with the
     * tags already chosen.
     *
     * @param prompt ids to continue, at least one
     * @param endOfText the id that ends a text, which is not returned; −1 for none
     * @param plan restricts the tags of generated tokens
     * @param options sampling of tokens and of tags; temperature 0 takes the most probable
     * @param listener called with each new id immediately
     * @throws LimeException if the prompt is empty, an id is out of range, or the model cannot
     *     predict its own tags
     */
    public Generation generate(
            int[] prompt,
            int endOfText,
            TagPlan plan,
            SamplingOptions options,
            IntConsumer listener) {
        return generateWhile(
                prompt,
                endOfText,
                plan,
                options,
                id -> {
                    listener.accept(id);
                    return true;
                });
    }

    /**
     * Generates tokens as {@link #generate} does, until the caller has enough.
     *
     * @param more called with each new id immediately; returns whether to go on
     */
    public Generation generateWhile(
            int[] prompt, int endOfText, TagPlan plan, SamplingOptions options, IntPredicate more) {
        Sampler sampler = new Sampler(options);
        return generate(prompt, endOfText, plan, options, sampler::next, more);
    }

    /**
     * As above, with another way to choose tokens.
     *
     * @param choice returns a token for the natural logarithms of all tokens' probabilities, (V)
     */
    Generation generate(
            int[] prompt,
            int endOfText,
            TagPlan plan,
            SamplingOptions options,
            ToIntFunction<float[]> choice,
            IntPredicate more) {
        if (prompt.length == 0) {
            throw new LimeException(
                    "[generate] empty prompt. Hint: begin the prompt with the end-of-text token");
        }
        List<Integer> generated = new ArrayList<>();
        List<int[]> generatedTags = new ArrayList<>();
        // Independent of the sampler's stream, which has the same seed.
        Random random = new Random(SplitMix64.hash(options.seed(), 1));
        try (Text text = new Text()) {
            for (int i = 0; i + 1 < prompt.length; i++) {
                text.readKnown(prompt[i], prompt[i + 1]);
            }
            int current = prompt[prompt.length - 1];
            while (generated.size() < options.maxTokens()) {
                SelfFedTexts.Proposal proposal = text.propose(current, CANDIDATES);
                int chosen = choose(proposal, plan, generatedTags, options.temperature(), random);
                if (chosen < 0) {
                    return new Generation(generated, Generation.Stop.END_OF_PLAN, text.slides());
                }
                int[] tags = tags(proposal, chosen);
                int next = choice.applyAsInt(text.read(current, tags));
                if (next == endOfText) {
                    return new Generation(generated, Generation.Stop.END_OF_TEXT, text.slides());
                }
                generated.add(next);
                generatedTags.add(tags);
                if (!more.test(next)) {
                    return new Generation(generated, Generation.Stop.CALLER, text.slides());
                }
                current = next;
            }
            return new Generation(generated, Generation.Stop.MAX_TOKENS, text.slides());
        }
    }

    /** Returns the index of the chosen candidate; −1 if the plan allows none. */
    private static int choose(
            SelfFedTexts.Proposal proposal,
            TagPlan plan,
            List<int[]> before,
            double temperature,
            Random random) {
        List<Integer> allowed = new ArrayList<>();
        List<Double> weights = new ArrayList<>();
        double total = 0;
        for (int k = 0; k < proposal.logProbabilities().length; k++) {
            if (plan.allows(before, tags(proposal, k))) {
                if (temperature == 0) {
                    return k; // the candidates are in descending order
                }
                double weight = Math.exp(proposal.logProbabilities()[k] / temperature);
                allowed.add(k);
                weights.add(weight);
                total += weight;
            }
        }
        double remaining = random.nextDouble() * total;
        for (int i = 0; i < allowed.size(); i++) {
            remaining -= weights.get(i);
            if (remaining < 0) {
                return allowed.get(i);
            }
        }
        return allowed.isEmpty() ? -1 : allowed.get(0);
    }

    private static int[] tags(SelfFedTexts.Proposal proposal, int candidate) {
        return proposal.tags().stream().mapToInt(ids -> (int) ids[candidate]).toArray();
    }

    /** The text so far, read through a sliding window. */
    private final class Text implements AutoCloseable {
        private final List<Integer> tokens = new ArrayList<>();
        private final List<int[]> tags = new ArrayList<>();
        private SelfFedTexts window = newWindow();
        private int slides;

        private SelfFedTexts newWindow() {
            return decoder.newSelfFedTexts(ONE_TEXT, contextLength, PROMPT_CANDIDATES);
        }

        int slides() {
            return slides;
        }

        SelfFedTexts.Proposal propose(int token, int count) {
            makeRoom();
            return window.propose(new long[] {token}, count);
        }

        /**
         * Reads a token of which the next one is known, and keeps the tags that explain it best.
         */
        void readKnown(int token, int next) {
            SelfFedTexts.Proposal proposal = propose(token, PROMPT_CANDIDATES);
            window.read(new long[] {token}, proposal.tags());
            float[] terms = window.mix(proposal.logProbabilities(), new long[] {next}).terms();
            int best = 0;
            for (int k = 1; k < terms.length; k++) {
                best = terms[k] > terms[best] ? k : best;
            }
            window.keep(new long[] {best});
            add(token, SelfFedGenerator.tags(proposal, best));
        }

        /** Reads a token with the tags of the next one, and returns the next one's logits, (V). */
        float[] read(int token, int[] next) {
            makeRoom();
            window.read(new long[] {token}, columns(next));
            float[] logProbabilities = window.logProbabilities();
            window.keep(new long[] {0});
            add(token, next);
            return logProbabilities;
        }

        private void add(int token, int[] next) {
            tokens.add(token);
            tags.add(next);
        }

        private void makeRoom() {
            if (window.length() < contextLength) {
                return;
            }
            window.close();
            window = newWindow();
            slides++;
            for (int i = tokens.size() - Math.max(1, contextLength / 2); i < tokens.size(); i++) {
                window.read(new long[] {tokens.get(i)}, columns(tags.get(i)));
                window.keep(new long[] {0});
            }
        }

        private static List<long[]> columns(int[] tags) {
            List<long[]> columns = new ArrayList<>();
            for (int tag : tags) {
                columns.add(new long[] {tag});
            }
            return columns;
        }

        @Override
        public void close() {
            window.close();
        }
    }

    /** Releases the snapshot; has no effect if already closed. */
    @Override
    public void close() {
        decoder.close();
    }
}
