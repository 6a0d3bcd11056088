package org.limelm.annotate.subword;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Counts of the pairs of adjacent pieces in a set of counted words, updated as pairs are merged. A
 * pair is encoded as a long: the left id in the upper half, the right id in the lower half.
 */
final class BpePairs {
    /** Returned when no pair is left. */
    static final long NONE = -1;

    private final List<Word> words = new ArrayList<>();
    private final Map<Long, Pair> pairs = new HashMap<>();

    /** Entries with an outdated count are corrected when they reach the top. */
    private final PriorityQueue<Entry> queue =
            new PriorityQueue<>(
                    Comparator.comparingLong(Entry::count)
                            .reversed()
                            .thenComparingLong(Entry::pair));

    BpePairs(Map<String, Long> counts, Map<String, Integer> idOf) {
        counts.forEach(
                (word, count) -> {
                    byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
                    int[] ids = new int[bytes.length];
                    for (int i = 0; i < ids.length; i++) {
                        String piece = String.valueOf(ByteAlphabet.character(bytes[i] & 0xFF));
                        ids[i] = idOf.getOrDefault(piece, -1);
                    }
                    words.add(new Word(ids, count));
                });
        for (int w = 0; w < words.size(); w++) {
            Word word = words.get(w);
            for (int i = 0; i + 1 < word.ids.length; i++) {
                change(key(word.ids[i], word.ids[i + 1]), word.count, w);
            }
        }
        pairs.forEach((key, pair) -> queue.add(new Entry(key, pair.count)));
    }

    static int left(long pair) {
        return (int) (pair >>> 32);
    }

    static int right(long pair) {
        return (int) pair;
    }

    private static long key(int left, int right) {
        return ((long) left << 32) | right;
    }

    /**
     * Returns the most frequent pair, the one with the lowest ids in case of a tie, or {@link
     * #NONE}.
     */
    long mostFrequent() {
        while (true) {
            Entry top = queue.poll();
            if (top == null) {
                return NONE;
            }
            Pair pair = pairs.get(top.pair);
            if (pair == null || pair.count <= 0) {
                continue;
            }
            if (pair.count == top.count) {
                return top.pair;
            }
            if (pair.count < top.count) { // a higher count has its own entry
                queue.add(new Entry(top.pair, pair.count));
            }
        }
    }

    /** Replaces every occurrence of a pair by one piece. */
    void merge(long pair, int merged) {
        Pair merging = pairs.remove(pair);
        if (merging == null) {
            return;
        }
        Map<Long, Long> grown = new HashMap<>();
        for (int i = 0; i < merging.size; i++) {
            mergeIn(merging.words[i], pair, merged, grown);
        }
        // Counts of the merged pair itself that were added while its words changed are discarded.
        pairs.remove(pair);
        grown.keySet()
                .forEach(
                        key -> {
                            Pair changed = pairs.get(key);
                            if (changed != null && changed.count > 0) {
                                queue.add(new Entry(key, changed.count));
                            }
                        });
    }

    private void mergeIn(int index, long pair, int merged, Map<Long, Long> grown) {
        Word word = words.get(index);
        int[] ids = word.ids;
        int[] shorter = new int[ids.length];
        int n = 0;
        for (int i = 0; i < ids.length; i++) {
            boolean here = i + 1 < ids.length && key(ids[i], ids[i + 1]) == pair;
            shorter[n++] = here ? merged : ids[i];
            if (here) {
                i++;
            }
        }
        if (n == ids.length) {
            return; // an earlier merge removed the pair from this word
        }
        for (int i = 0; i + 1 < ids.length; i++) {
            change(key(ids[i], ids[i + 1]), -word.count, -1);
        }
        word.ids = Arrays.copyOf(shorter, n);
        for (int i = 0; i + 1 < n; i++) {
            long key = key(shorter[i], shorter[i + 1]);
            boolean isNew = shorter[i] == merged || shorter[i + 1] == merged;
            change(key, word.count, isNew ? index : -1);
            if (isNew) {
                grown.merge(key, word.count, Long::sum);
            }
        }
    }

    /**
     * Adds to a pair's count and, unless negative, adds the index of a word that may contain it.
     */
    private void change(long key, long by, int word) {
        Pair pair = pairs.computeIfAbsent(key, k -> new Pair());
        pair.count += by;
        if (word >= 0) {
            pair.add(word);
        }
    }

    private record Entry(long pair, long count) {}

    private static final class Word {
        private int[] ids;
        private final long count;

        Word(int[] ids, long count) {
            this.ids = ids;
            this.count = count;
        }
    }

    /** A pair's count, and the indices of the words that contain or contained it. */
    private static final class Pair {
        private long count;
        private int[] words = new int[2];
        private int size;

        void add(int word) {
            if (size > 0 && words[size - 1] == word) {
                return;
            }
            if (size == words.length) {
                words = Arrays.copyOf(words, size * 2);
            }
            words[size++] = word;
        }
    }
}
