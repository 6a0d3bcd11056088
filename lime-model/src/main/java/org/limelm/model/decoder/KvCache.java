package org.limelm.model.decoder;

import org.limelm.model.internal.torch.TorchValue;

/**
 * The keys and values of the positions read so far, so that a further token costs one position of
 * work. Made by {@link CachedDecoder#newCache}; used by one thread at a time, and closed before the
 * decoder is.
 */
public final class KvCache implements AutoCloseable {
    private final CachedDecoder owner;
    private final TorchValue layers; // L × float32 (2, B, K, S, C): keys, then values
    private final int batch;
    private final int capacity;
    private int length;

    KvCache(CachedDecoder owner, TorchValue layers, int batch, int capacity) {
        this.owner = owner;
        this.layers = layers;
        this.batch = batch;
        this.capacity = capacity;
    }

    /** Returns the decoder that made this cache. */
    CachedDecoder owner() {
        return owner;
    }

    /** Returns what is held, as {@code new_cache} in decode.py made it. */
    TorchValue layers() {
        return layers;
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
    public void close() {
        layers.close();
    }
}
