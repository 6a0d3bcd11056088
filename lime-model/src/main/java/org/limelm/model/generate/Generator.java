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
 * Continues a prompt token by token. The prompt is read in one call, every further token in one
 * position's work. A generator is a snapshot of the model's weights; it may serve several threads.
 */
public final class Generator implements AutoCloseable {
    private final CachedDecoder decoder;
    private final int contextLength;
    private final int tables;
    private final int vocabularySize;

    /** Takes a snapshot of a model; to be closed before the model is. */
    public Generator(LimeDecoder model) {
        decoder = CachedDecoder.of(model, 1);
        contextLength = model.config().contextLength();
        tables = model.tables().size();
        vocabularySize = model.config().vocabularySize();
    }

    /**
     * Writes on until the end of text, the limit of tokens, or the end of the model's context,
     * whichever comes first.
     *
     * @param prompt ids to continue, at least one, fewer than the context length
     * @param endOfText the id that ends a text; it is not reported; −1 for none
     * @param metadata tags of prompt and continuation, one source per call
     * @param listener is told every new id at once
     * @throws LimeException if the prompt is empty, too long or holds an id out of the vocabulary,
     *     or the source does not give one tag per table
     */
    public Generation generate(
            int[] prompt,
            int endOfText,
            MetadataSource metadata,
            SamplingOptions options,
            IntConsumer listener) {
        check(prompt);
        int room = contextLength - prompt.length;
        int limit = Math.min(options.maxTokens(), room);
        Sampler sampler = new Sampler(options);
        List<Integer> written = new ArrayList<>();
        int[] next = prompt;
        try (KvCache cache = decoder.newCache(1, prompt.length + Math.max(0, limit - 1))) {
            while (written.size() < limit) {
                int token = sampler.next(logits(cache, next, metadata));
                if (token == endOfText) {
                    return new Generation(written, Generation.Stop.END_OF_TEXT);
                }
                written.add(token);
                listener.accept(token);
                next = new int[] {token};
            }
        }
        return new Generation(
                written,
                limit < options.maxTokens()
                        ? Generation.Stop.CONTEXT_FULL
                        : Generation.Stop.MAX_TOKENS);
    }

    /** Reads tokens and returns the logits after the last, (V). */
    private float[] logits(KvCache cache, int[] tokens, MetadataSource metadata) {
        long[][] tags = new long[tables][tokens.length];
        for (int i = 0; i < tokens.length; i++) {
            int[] here = metadata.tagsFor(tokens[i]);
            if (here.length != tables) {
                throw new LimeException(
                        "[generate] the metadata source gave %d tags, the model has %d tables"
                                .formatted(here.length, tables));
            }
            for (int d = 0; d < tables; d++) {
                tags[d][i] = here[d];
            }
        }
        long[] ids = IntStream.of(tokens).asLongStream().toArray();
        return decoder.extend(cache, ids, List.of(tags));
    }

    private void check(int[] prompt) {
        if (prompt.length == 0 || prompt.length >= contextLength) {
            throw new LimeException(
                    "[generate] a prompt of %d tokens, expected 1 to %d. Hint: %s"
                            .formatted(
                                    prompt.length,
                                    contextLength - 1,
                                    prompt.length == 0
                                            ? "start with the end-of-text token"
                                            : "shorten the prompt to leave room in the context"));
        }
        for (int id : prompt) {
            if (id < 0 || id >= vocabularySize) {
                throw new LimeException(
                        "[generate] token %d in the prompt, the model has ids 0 to %d. Hint: %s"
                                .formatted(
                                        id,
                                        vocabularySize - 1,
                                        "use the tokenizer the model was trained with"));
            }
        }
    }

    /** Frees the snapshot; a second call does nothing. */
    @Override
    public void close() {
        decoder.close();
    }
}
