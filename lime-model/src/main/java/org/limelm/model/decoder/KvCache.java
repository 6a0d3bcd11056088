package org.limelm.model.decoder;

import java.util.List;

/**
 * The keys and values of the positions read so far, so that a further token costs one position of
 * work. Made by {@link CachedDecoder#newCache}; used by one thread at a time, and closed before the
 * decoder is.
 */
public abstract class KvCache implements AutoCloseable {
    private final TokenReader reader;
    private final int batch;
    private final int capacity;
    private int length;

    KvCache(TokenReader reader, int batch, int capacity) {
        this.reader = reader;
        this.batch = batch;
        this.capacity = capacity;
    }

    /**
     * Reads what follows {@link #length()} positions into the cache, without changing the length.
     *
     * @param tokens (B, T) row by row, ids of the model
     * @param tags per table the same
     * @return the logits after the last position, (B, V) row by row
     */
    abstract float[] read(long[] tokens, List<long[]> tags);

    /** Returns what reads into this cache. */
    TokenReader reader() {
        return reader;
    }

    /** Returns B, the number of rows side by side. */
    public int batch() {
        return batch;
    }

    /** Returns the number of positions held. */
    public int length() {
        return length;
    }

    /** Returns S, the number of positions that fit. */
    public int capacity() {
        return capacity;
    }

    /**
     * Forgets the positions from a given one on.
     *
     * @param newLength at most {@link #length()}
     */
    public void truncate(int newLength) {
        if (newLength < 0 || newLength > length) {
            throw new IllegalArgumentException(
                    "[cache] cannot truncate " + length + " positions to " + newLength);
        }
        length = newLength;
    }

    void advance(int positions) {
        length += positions;
    }

    /** Frees the cache; a second call does nothing. */
    @Override
    public abstract void close();
}
