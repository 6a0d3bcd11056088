package org.limelm.model.decoder;

import java.util.List;
import java.util.Optional;
import org.limelm.core.LimeException;
import org.limelm.model.machine.StepMachine;
import org.limelm.model.torch.MatrixFormat;
import org.limelm.model.torch.Precision;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A snapshot of a decoder for reading texts token by token: its matrices lie as products with few
 * rows want them, with the norms' gains folded in. Of the decoder itself only the token table is
 * read; change its weights, and a new snapshot is due. A snapshot may be used from several threads,
 * which may have to wait for each other; a cache by one at a time.
 */
public final class CachedDecoder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CachedDecoder.class);

    private final ModelConfig config;
    private final List<Integer> tagCounts; // per table
    private final MatrixFormat format;
    private final TokenReader reader;

    private CachedDecoder(LimeDecoder model, MatrixFormat format) {
        this.format = format;
        config = model.config();
        tagCounts =
                model.tables().features().stream().map(feature -> feature.tags().size()).toList();
        reader =
                format == MatrixFormat.BLOCKS
                        ? new CompiledReader(model)
                        : new ScriptedReader(model, format);
    }

    /**
     * Takes the snapshot; it lives on the decoder's device, at most as long as the decoder.
     *
     * @param batch rows that will be read side by side; others work too, if not as fast where
     *     libtorch reads
     */
    public static CachedDecoder of(LimeDecoder model, int batch) {
        return of(model, fastest(model, batch));
    }

    private static MatrixFormat fastest(LimeDecoder model, int batch) {
        Optional<String> obstacle = CompiledReader.obstacle(model);
        if (obstacle.isEmpty()) {
            return MatrixFormat.BLOCKS;
        }
        LOG.info("Libtorch reads token by token, not machine code: {}", obstacle.get());
        return MatrixFormat.fastest(
                model.parameter("final.norm").getDevice(), model.precision(), batch);
    }

    /**
     * Returns why this machine reads no model of a precision with machine code of its own, if so.
     * Libtorch's operators read it then, more slowly.
     */
    public static Optional<String> machineCodeObstacle(Precision precision) {
        return StepMachine.obstacle(precision == Precision.BF16);
    }

    /** Takes the snapshot with matrices of a given format. */
    static CachedDecoder of(LimeDecoder model, MatrixFormat format) {
        return new CachedDecoder(model, format);
    }

    /** Returns how the matrices lie. */
    public MatrixFormat format() {
        return format;
    }

    /**
     * Returns an empty cache, to be closed by the caller.
     *
     * @param batch rows read side by side
     * @param capacity positions that shall fit, at least 1 and at most the context length
     * @throws LimeException if it exceeds the context length, or either is below 1
     */
    public KvCache newCache(int batch, int capacity) {
        if (capacity > config.contextLength()) {
            throw new LimeException(
                    "[cache] "
                            + capacity
                            + " positions asked for, the model was made for "
                            + config.contextLength());
        }
        if (batch < 1 || capacity < 1) {
            throw new LimeException(
                    "[cache] %d texts of %d positions, expected at least 1"
                            .formatted(batch, capacity));
        }
        return reader.newCache(batch, capacity);
    }

    /**
     * Reads the tokens that follow those in the cache and returns the logits after the last.
     *
     * @param cache receives the new positions; one of {@link #newCache}
     * @param tokens (B, T) row by row, T at least 1
     * @param tags the same per table
     * @return (B, V), row by row
     * @throws LimeException if the cache has no room for T more, or tokens or tags are not of the
     *     cache's batch or not among the model's
     * @throws IllegalArgumentException if the cache is another decoder's
     * @throws IllegalStateException if the cache, this or the model is closed
     */
    public float[] extend(KvCache cache, long[] tokens, List<long[]> tags) {
        if (cache.reader() != reader) {
            throw new IllegalArgumentException("[cache] it was made by another decoder");
        }
        int length = check(cache, tokens, tags);
        float[] logits = cache.read(tokens, tags);
        cache.advance(length);
        return logits;
    }

    /** Returns T. */
    private int check(KvCache cache, long[] tokens, List<long[]> tags) {
        if (tokens.length == 0 || tokens.length % cache.batch() != 0) {
            throw new LimeException(
                    "[cache] %d tokens, expected (%d, T)".formatted(tokens.length, cache.batch()));
        }
        int length = tokens.length / cache.batch();
        if (cache.length() + length > cache.capacity()) {
            throw new LimeException(
                    "[cache] no room for %d tokens after %d of %d"
                            .formatted(length, cache.length(), cache.capacity()));
        }
        if (tags.size() != tagCounts.size()) {
            throw new LimeException(
                    "[cache] %d columns of tags, expected %d"
                            .formatted(tags.size(), tagCounts.size()));
        }
        checkIds("token", tokens, config.vocabularySize());
        for (int table = 0; table < tags.size(); table++) {
            if (tags.get(table).length != tokens.length) {
                throw new LimeException(
                        "[cache] %d tags for %d tokens"
                                .formatted(tags.get(table).length, tokens.length));
            }
            checkIds("tag", tags.get(table), tagCounts.get(table));
        }
        return length;
    }

    private static void checkIds(String what, long[] ids, int count) {
        for (long id : ids) {
            if (id < 0 || id >= count) {
                throw new LimeException(
                        "[cache] %s %d, the model has 0 to %d".formatted(what, id, count - 1));
            }
        }
    }

    /** Frees the snapshot; a second call does nothing. */
    @Override
    public void close() {
        reader.close();
    }
}
