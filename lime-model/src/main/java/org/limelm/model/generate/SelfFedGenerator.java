package org.limelm.model.generate;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
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
 * <p>Once a token is known, later positions read the tags that an annotator of growing texts gives
 * it, if there is one; otherwise those that were chosen for it, or, for tokens of the prompt, those
 * that explain the token best. A generator is a snapshot of the model's weights and is thread-safe.
 */
public final class SelfFedGenerator implements AutoCloseable {
    /** Candidates for the tags of a generated token: all combinations of usual tag sets. */
    private static final int CANDIDATES = 4_096;

    private final CachedDecoder decoder;
    private final int contextLength;

    /** Creates a generator from a snapshot of a model; close it before the model. */
    public SelfFedGenerator(LimeDecoder model) {
        decoder = CachedDecoder.of(model, SelfFedWindow.CANDIDATES);
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
     * @param annotator returns the tags of each token once it is known; use a new one per call
     * @param options sampling of tokens and of tags; temperature 0 takes the most probable
     * @param listener called with each new id immediately
     * @throws LimeException if the prompt is empty, an id is out of range, or the model cannot
     *     predict its own tags
     */
    public Generation generate(
            int[] prompt,
            int endOfText,
            TagPlan plan,
            Optional<MetadataSource> annotator,
            SamplingOptions options,
            IntConsumer listener) {
        return generateWhile(
                prompt,
                endOfText,
                plan,
                annotator,
                options,
                ChoiceListener.NONE,
                id -> {
                    listener.accept(id);
                    return true;
                });
    }

    /**
     * Generates tokens as {@link #generate} does, until the caller has enough.
     *
     * @param choices called with each chosen id and the log-probabilities it was chosen from
     * @param more called with each new id immediately; returns whether to go on
     */
    public Generation generateWhile(
            int[] prompt,
            int endOfText,
            TagPlan plan,
            Optional<MetadataSource> annotator,
            SamplingOptions options,
            ChoiceListener choices,
            IntPredicate more) {
        Sampler sampler = new Sampler(options);
        return generate(
                prompt,
                endOfText,
                plan,
                annotator,
                options,
                logProbabilities -> {
                    int token = sampler.next(logProbabilities);
                    choices.chosen(token, logProbabilities);
                    return token;
                },
                choices::readsPrompt,
                more);
    }

    /**
     * As above, with another way to choose tokens.
     *
     * @param choice returns a token for the natural logarithms of all tokens' probabilities, (V)
     * @param beforePrompt called before each token of the prompt is read
     */
    Generation generate(
            int[] prompt,
            int endOfText,
            TagPlan plan,
            Optional<MetadataSource> annotator,
            SamplingOptions options,
            ToIntFunction<float[]> choice,
            Runnable beforePrompt,
            IntPredicate more) {
        if (prompt.length == 0) {
            throw new LimeException(
                    "[generate] empty prompt. Hint: begin the prompt with the end-of-text token");
        }
        List<Integer> generated = new ArrayList<>();
        List<int[]> generatedTags = new ArrayList<>();
        // Independent of the sampler's stream, which has the same seed.
        Random random = new Random(SplitMix64.hash(options.seed(), 1));
        try (SelfFedWindow text = new SelfFedWindow(decoder, contextLength, endOfText, annotator)) {
            text.begin(prompt, beforePrompt);
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
                text.keep(current, tags, next);
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
        Predicate<int[]> allows = plan.after(before);
        for (int k = 0; k < proposal.logProbabilities().length; k++) {
            if (allows.test(tags(proposal, k))) {
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

    static int[] tags(SelfFedTexts.Proposal proposal, int candidate) {
        return proposal.tags().stream().mapToInt(ids -> (int) ids[candidate]).toArray();
    }

    /** Releases the snapshot; has no effect if already closed. */
    @Override
    public void close() {
        decoder.close();
    }
}
