package org.limelm.model.decoder;

import org.limelm.model.internal.torch.TorchValue;

/**
 * The keys and values of the positions read so far, so that each further token costs the work of
 * one position. Created by {@link CachedDecoder#newCache}. Not thread-safe; close it before the
 * decoder.
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

    /** Returns the decoder that created this cache. */
    CachedDecoder owner() {
        return owner;
    }

    /** Returns the keys and values per layer, as created by {@code new_cache} in decode.py. */
    TorchValue layers() {
        return layers;
    }

    /** Returns B, the batch size. */
    public int batch() {
        return batch;
    }

    /** Returns the number of cached positions. */
    public int length() {
        return length;
    }

    /** Returns S, the maximum number of positions. */
    public int capacity() {
        return capacity;
    }

    /**
     * Discards all positions from a given one on.
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

    /** Releases the cache; has no effect if already closed. */
    @Override
    public void close() {
        layers.close();
    }
}
