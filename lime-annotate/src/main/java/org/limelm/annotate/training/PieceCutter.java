package org.limelm.annotate.training;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.limelm.core.random.SplitMix64;

/**
 * Cuts words as subword vocabularies of different sizes would: frequent words stay whole, rare ones
 * fall into frequent parts. The causal taggers learn from the parts that they will meet.
 */
final class PieceCutter {
    private static final int MAX_PART = 12;

    /**
     * Shares of the corpus that a part must occur in to belong to a small, middle, large
     * vocabulary.
     */
    private static final double[] SHARES = {1 / 3_000.0, 1 / 15_000.0, 1 / 80_000.0};

    private final List<Set<String>> vocabularies = new ArrayList<>();

    /**
     * Learns from the words of a corpus.
     *
     * @param counts how often each word occurs
     */
    PieceCutter(Map<String, Integer> counts) {
        long total = counts.values().stream().mapToLong(Integer::longValue).sum();
        Map<String, Integer> parts = new HashMap<>();
        counts.forEach(
                (word, count) -> {
                    for (int i = 0; i < word.length(); i++) {
                        int limit = Math.min(word.length(), i + MAX_PART);
                        for (int j = i + 2; j <= limit; j++) {
                            parts.merge(word.substring(i, j), count, Integer::sum);
                        }
                    }
                });
        for (double share : SHARES) {
            double threshold = Math.max(2, total * share);
            Set<String> vocabulary = new HashSet<>();
            parts.forEach(
                    (part, count) -> {
                        if (count >= threshold) {
                            vocabulary.add(part);
                        }
                    });
            vocabularies.add(vocabulary);
        }
    }

    /**
     * Returns the parts of a word.
     *
     * @param occurrence number of the word in the corpus: it decides which vocabulary cuts; every
     *     fourth occurrence stays whole
     */
    List<String> cut(String word, long occurrence) {
        int level = (int) Long.remainderUnsigned(SplitMix64.nth(occurrence), SHARES.length + 1);
        if (level == SHARES.length) {
            return List.of(word);
        }
        Set<String> vocabulary = vocabularies.get(level);
        List<String> parts = new ArrayList<>();
        for (int from = 0; from < word.length(); ) {
            int to = Math.min(word.length(), from + MAX_PART);
            while (to > from + 1 && !vocabulary.contains(word.substring(from, to))) {
                to--;
            }
            if (to < word.length() && Character.isLowSurrogate(word.charAt(to))) {
                to++;
            }
            parts.add(word.substring(from, to));
            from = to;
        }
        return parts;
    }
}
