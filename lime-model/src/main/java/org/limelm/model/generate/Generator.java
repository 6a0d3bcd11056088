package org.limelm.model.generate;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;
import org.limelm.core.LimeException;
import org.limelm.model.decoder.CachedDecoder;
import org.limelm.model.decoder.KvCache;
import org.limelm.model.decoder.LimeDecoder;

/**
 * Continues a prompt token by token. The prompt is read in one call; each further token costs the
 * work of one position. A generator is a snapshot of the model's weights and is thread-safe.
 */
public final class Generator implements AutoCloseable {
    private final CachedDecoder decoder;
    private final int contextLength;
    private final int tables;
    private final int vocabularySize;

    /** Creates a generator from a snapshot of a model; close it before the model. */
    public Generator(LimeDecoder model) {
        decoder = CachedDecoder.of(model, 1);
        contextLength = model.config().contextLength();
        tables = model.tables().size();
        vocabularySize = model.config().vocabularySize();
    }

    /**
     * Generates tokens until the end of text or the token limit. A text longer than the model's
     * context is read through a sliding window: when the context is full, the older half is dropped
     * and the rest is read again. If the prompt does not fit, its beginning is dropped.
     *
     * @param prompt ids to continue, at least one
     * @param endOfText the id that ends a text, which is not returned; −1 for none
     * @param metadata source of the tags of prompt and continuation; use a new one per call
     * @param listener called with each new id immediately
     * @throws LimeException if the prompt is empty or contains an id outside the vocabulary, or the
     *     source does not return one tag per table
     */
    public Generation generate(
            int[] prompt,
            int endOfText,
            MetadataSource metadata,
            SamplingOptions options,
            IntConsumer listener) {
        return generateWhile(
                prompt,
                endOfText,
                metadata,
                options,
                token -> {
                    listener.accept(token);
                    return true;
                });
    }

    /**
     * Generates tokens like {@link #generate}, until the end of text, the token limit or the
     * caller's decision.
     *
     * @param more called with each new id immediately; returns whether to continue after it
     */
    public Generation generateWhile(
            int[] prompt,
            int endOfText,
            MetadataSource metadata,
            SamplingOptions options,
            IntPredicate more) {
        return generateWhile(prompt, endOfText, metadata, options, ChoiceListener.NONE, more);
    }

    /**
     * Generates tokens as above, with a listener.
     *
     * @param choices called with each chosen id and the logits it was chosen from, before {@code
     *     more}
     */
    public Generation generateWhile(
            int[] prompt,
            int endOfText,
            MetadataSource metadata,
            SamplingOptions options,
            ChoiceListener choices,
            IntPredicate more) {
        check(prompt);
        int limit = options.maxTokens();
        Sampler sampler = new Sampler(options);
        List<Integer> generated = new ArrayList<>();
        TaggedHistory history = new TaggedHistory(tables, metadata);
        for (int token : prompt) {
            history.add(token);
        }
        int unread = firstRead(prompt.length, limit);
        int slides = unread > 0 ? 1 : 0;
        int capacity = (int) Math.min(contextLength, (long) prompt.length + Math.max(0, limit - 1));
        try (KvCache cache = decoder.newCache(1, capacity)) {
            while (generated.size() < limit) {
                if (history.size() - unread > contextLength - cache.length()) {
                    cache.truncate(0);
                    unread = history.size() - Math.max(1, contextLength / 2);
                    slides++;
                }
                float[] logits =
                        decoder.extend(cache, history.tokensFrom(unread), history.tagsFrom(unread));
                unread = history.size();
                int token = sampler.next(logits);
                choices.chosen(token, logits);
                if (token == endOfText) {
                    return new Generation(generated, Generation.Stop.END_OF_TEXT, slides);
                }
                generated.add(token);
                if (!more.test(token)) {
                    return new Generation(generated, Generation.Stop.CALLER, slides);
                }
                if (generated.size() < limit) { // the last token is not read
                    history.add(token);
                }
            }
        }
        return new Generation(generated, Generation.Stop.MAX_TOKENS, slides);
    }

    /** Returns the first position of the prompt to read, leaving room for up to half a context. */
    private int firstRead(int promptLength, int limit) {
        int room = Math.min(Math.max(0, limit - 1), contextLength / 2);
        return promptLength <= contextLength ? 0 : promptLength - (contextLength - room);
    }

    private void check(int[] prompt) {
        if (prompt.length == 0) {
            throw new LimeException(
                    "[generate] empty prompt. Hint: begin the prompt with the end-of-text token");
        }
        for (int id : prompt) {
            if (id < 0 || id >= vocabularySize) {
                throw new LimeException(
                        "[generate] token %d in the prompt, expected ids 0 to %d. Hint: %s"
                                .formatted(
                                        id,
                                        vocabularySize - 1,
                                        "use the tokenizer the model was trained with"));
            }
        }
    }

    /** Releases the snapshot; has no effect if already closed. */
    @Override
    public void close() {
        decoder.close();
    }
}
