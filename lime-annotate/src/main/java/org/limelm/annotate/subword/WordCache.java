package org.limelm.annotate.subword;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A bounded cache with two generations: when the young generation is full, it replaces the old one;
 * a hit in the old generation moves the entry to the young one. Entries in use are thus kept, at
 * the cost of one or two hash lookups.
 */
final class WordCache {
    private final int generationSize;
    private Map<String, int[]> young = new HashMap<>();
    private Map<String, int[]> old = new HashMap<>();

    /** Creates a cache of at most this many entries. */
    WordCache(int capacity) {
        generationSize = Math.max(1, capacity / 2);
    }

    int @Nullable [] get(String word) {
        int[] ids = young.get(word);
        if (ids == null) {
            ids = old.remove(word);
            if (ids != null) {
                put(word, ids);
            }
        }
        return ids;
    }

    void put(String word, int[] ids) {
        if (young.size() >= generationSize) {
            old = young;
            young = new HashMap<>();
        }
        young.put(word, ids);
    }

    int size() {
        return young.size() + old.size();
    }
}
