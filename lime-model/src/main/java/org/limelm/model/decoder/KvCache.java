package org.limelm.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;

/**
 * The keys and values of the positions read so far, so that a further token costs one position of
 * work. Made by {@link CachedDecoder#newCache}.
 */
public final class KvCache implements AutoCloseable {
    private final NDManager manager;
    private final List<NDArray> keys; // L × (B, K, S, C)
    private final List<NDArray> values; // L × (B, K, S, C)
    private final int capacity;
    private int length;

    KvCache(NDManager manager, List<NDArray> keys, List<NDArray> values, int capacity) {
        this.manager = manager;
        this.keys = keys;
        this.values = values;
        this.capacity = capacity;
    }

    NDArray keys(int layer) {
        return keys.get(layer);
    }

    NDArray values(int layer) {
        return values.get(layer);
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
        manager.close();
    }
}
