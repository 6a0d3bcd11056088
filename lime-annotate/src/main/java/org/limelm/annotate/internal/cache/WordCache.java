package org.limelm.annotate.internal.cache;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A bounded cache with two generations: when the young generation is full, it replaces the old one;
 * a hit in the old generation moves the entry to the young one. Entries in use are thus kept, at
 * the cost of one or two hash lookups. For use by one thread.
 *
 * @param <V> what is known about a word
 */
public final class WordCache<V> {
    private final int generationSize;
    private Map<String, V> young = new HashMap<>();
    private Map<String, V> old = new HashMap<>();

    /** Creates a cache of at most this many entries. */
    public WordCache(int capacity) {
        generationSize = Math.max(1, capacity / 2);
    }

    /** Returns the value of a word, or null if it is not cached. */
    public @Nullable V get(String word) {
        V value = young.get(word);
        if (value == null) {
            value = old.remove(word);
            if (value != null) {
                put(word, value);
            }
        }
        return value;
    }

    /** Caches the value of a word, in place of older words if the cache is full. */
    public void put(String word, V value) {
        if (young.size() >= generationSize) {
            old = young;
            young = new HashMap<>();
        }
        young.put(word, value);
    }

    /** Returns the number of words in the cache. */
    public int size() {
        return young.size() + old.size();
    }
}
