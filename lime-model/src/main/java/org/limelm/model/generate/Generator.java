package org.limelm.model.generate;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
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
     * Generates tokens until the end-of-text token, the token limit, or the end of the model's
     * context.
     *
     * @param prompt ids to continue, from one to fewer than the context length
     * @param endOfText the id that ends a text, which is not returned; −1 for none
     * @param metadata source of the tags of prompt and continuation; use a new one per call
     * @param listener called with each new id immediately
     * @throws LimeException if the prompt is empty, too long or contains an id outside the
     *     vocabulary, or the source does not return one tag per table
     */
    public Generation generate(
            int[] prompt,
            int endOfText,
            MetadataSource metadata,
            SamplingOptions options,
            IntConsumer listener) {
        check(prompt);
        int remaining = contextLength - prompt.length;
        int limit = Math.min(options.maxTokens(), remaining);
        Sampler sampler = new Sampler(options);
        List<Integer> generated = new ArrayList<>();
        int[] next = prompt;
        try (KvCache cache = decoder.newCache(1, prompt.length + Math.max(0, limit - 1))) {
            while (generated.size() < limit) {
                int token = sampler.next(logits(cache, next, metadata));
                if (token == endOfText) {
                    return new Generation(generated, Generation.Stop.END_OF_TEXT);
                }
                generated.add(token);
                listener.accept(token);
                next = new int[] {token};
            }
        }
        return new Generation(
                generated,
                limit < options.maxTokens()
                        ? Generation.Stop.CONTEXT_FULL
                        : Generation.Stop.MAX_TOKENS);
    }

    /** Appends tokens to the cache and returns the logits after the last one, (V). */
    private float[] logits(KvCache cache, int[] tokens, MetadataSource metadata) {
        long[][] tags = new long[tables][tokens.length];
        for (int i = 0; i < tokens.length; i++) {
            int[] tokenTags = metadata.tagsFor(tokens[i]);
            if (tokenTags.length != tables) {
                throw new LimeException(
                        "[generate] the metadata source returned %d tags, expected one for each of %d tables"
                                .formatted(tokenTags.length, tables));
            }
            for (int d = 0; d < tables; d++) {
                tags[d][i] = tokenTags[d];
            }
        }
        long[] ids = IntStream.of(tokens).asLongStream().toArray();
        return decoder.extend(cache, ids, List.of(tags));
    }

    private void check(int[] prompt) {
        if (prompt.length == 0 || prompt.length >= contextLength) {
            throw new LimeException(
                    "[generate] prompt of %d tokens, expected 1 to %d. Hint: %s"
                            .formatted(
                                    prompt.length,
                                    contextLength - 1,
                                    prompt.length == 0
                                            ? "begin the prompt with the end-of-text token"
                                            : "shorten the prompt to leave room in the context"));
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
