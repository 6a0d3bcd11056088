package org.limelm.annotate.training;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.limelm.core.random.SplitMix64;

/**
 * Splits words like subword vocabularies of different sizes: frequent words stay whole, rare ones
 * are split into frequent parts. The causal taggers are thus trained on the kinds of parts that
 * they will see.
 */
final class PieceCutter {
    private static final int MAX_PART_CHARS = 12;

    /**
     * Minimum frequency of a part relative to the number of words, for a small, medium and large
     * vocabulary.
     */
    private static final double[] MIN_FREQUENCIES = {1 / 3_000.0, 1 / 15_000.0, 1 / 80_000.0};

    private final List<Set<String>> vocabularies = new ArrayList<>();

    /**
     * Creates vocabularies from the words of a corpus.
     *
     * @param counts how often each word occurs
     */
    PieceCutter(Map<String, Integer> counts) {
        long total = counts.values().stream().mapToLong(Integer::longValue).sum();
        Map<String, Integer> parts = new HashMap<>();
        counts.forEach(
                (word, count) -> {
                    for (int i = 0; i < word.length(); i++) {
                        int limit = Math.min(word.length(), i + MAX_PART_CHARS);
                        for (int j = i + 2; j <= limit; j++) {
                            parts.merge(word.substring(i, j), count, Integer::sum);
                        }
                    }
                });
        for (double frequency : MIN_FREQUENCIES) {
            double threshold = Math.max(2, total * frequency);
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
     * @param occurrence index of the word in the corpus, which selects the vocabulary; about one in
     *     four occurrences stays whole
     */
    List<String> cut(String word, long occurrence) {
        int level =
                (int)
                        Long.remainderUnsigned(
                                SplitMix64.nth(occurrence), MIN_FREQUENCIES.length + 1);
        if (level == MIN_FREQUENCIES.length) {
            return List.of(word);
        }
        Set<String> vocabulary = vocabularies.get(level);
        List<String> parts = new ArrayList<>();
        for (int from = 0; from < word.length(); ) {
            int to = Math.min(word.length(), from + MAX_PART_CHARS);
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
