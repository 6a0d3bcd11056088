package org.limelm.annotate.subword;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.limelm.core.LimeException;

/**
 * Trains byte-level BPE (Sennrich et al. 2016, on bytes as in GPT-2): starts with the 256 bytes and
 * repeatedly merges the most frequent pair of adjacent pieces. No merge crosses the word boundaries
 * of GPT-2's pre-tokenizer.
 *
 * <p>Deterministic: the result depends on the word counts, and on the order of the texts only if
 * they have more than 5,000,000 distinct words, of which rare ones are then dropped; of equally
 * frequent pairs, the one with the lower ids is merged first. Pair counts are updated
 * incrementally.
 */
public final class BpeTrainer {
    /** The special token, which has the last id. */
    public static final String END_OF_TEXT = "<|endoftext|>";

    /** Maximum number of distinct words after a text; above it, the rarer ones are dropped. */
    private static final int MAX_WORDS = 5_000_000;

    private static final int MAX_WORD_CHARS = 256;

    private static final long REPORT_NANOS = 250_000_000L;

    /** GPT-2's pre-tokenizer, as the ByteLevel component of a tokenizer.json applies it. */
    private static final Pattern WORD =
            Pattern.compile(
                    "'(?:s|t|re|ve|m|ll|d)| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
                    Pattern.UNICODE_CHARACTER_CLASS);

    private BpeTrainer() {}

    /** Receives the progress of training. */
    @FunctionalInterface
    public interface Listener {
        /** Ignores all progress. */
        Listener SILENT = (done, total) -> {};

        /**
         * Called while pairs are merged, at least once per second if a merge takes less, and at the
         * end, when both numbers are equal.
         *
         * @param vocabularySize current number of ids
         * @param total final number of ids
         */
        void progress(int vocabularySize, int total);
    }

    /**
     * Trains on texts, which may be words with their leading space or whole documents; each is read
     * once.
     *
     * @param vocabularySize exact number of ids of the result: 256 bytes, merges, {@link
     *     #END_OF_TEXT}
     * @throws LimeException if the size is below 257, or the texts contain too few pairs for it
     */
    public static BpeVocabulary train(
            Iterator<String> texts, int vocabularySize, Listener listener) {
        return train(texts, vocabularySize, listener, System::nanoTime);
    }

    /** Trains by a given clock. */
    static BpeVocabulary train(
            Iterator<String> texts, int vocabularySize, Listener listener, LongSupplier nanoTime) {
        int minimum = 256 + 1;
        if (vocabularySize < minimum) {
            throw new LimeException(
                    "[tokenizer train] vocabulary size %d, expected at least %d: all bytes and %s. Hint: 4096 to 50257 are usual"
                            .formatted(vocabularySize, minimum, END_OF_TEXT));
        }
        Map<String, Long> counts = countWords(texts, MAX_WORDS);
        List<String> pieces = new ArrayList<>(vocabularySize);
        Map<String, Integer> idOf = new HashMap<>();
        for (char c : ByteAlphabet.sorted()) {
            idOf.put(String.valueOf(c), pieces.size());
            pieces.add(String.valueOf(c));
        }
        BpePairs pairs = new BpePairs(counts, idOf);
        Set<String> merges = new LinkedHashSet<>();
        long reportedNanos = nanoTime.getAsLong();
        listener.progress(pieces.size(), vocabularySize);
        while (pieces.size() < vocabularySize - 1) {
            long pair = pairs.mostFrequent();
            if (pair == BpePairs.NONE) {
                throw new LimeException(
                        "[tokenizer train] the text gives %d ids, expected %d. Hint: train on more text, or ask for at most %d"
                                .formatted(pieces.size() + 1, vocabularySize, pieces.size() + 1));
            }
            String left = pieces.get(BpePairs.left(pair));
            String right = pieces.get(BpePairs.right(pair));
            // Two merges may give the same piece, which has only one id.
            Integer known = idOf.putIfAbsent(left + right, pieces.size());
            int merged = known == null ? pieces.size() : known;
            if (known == null) {
                pieces.add(left + right);
            }
            merges.add(left + " " + right);
            pairs.merge(pair, merged);
            long now = nanoTime.getAsLong();
            if (now - reportedNanos >= REPORT_NANOS) {
                reportedNanos = now;
                listener.progress(pieces.size(), vocabularySize);
            }
        }
        pieces.add(END_OF_TEXT);
        listener.progress(pieces.size(), vocabularySize);
        return new BpeVocabulary(pieces, List.copyOf(merges));
    }

    /**
     * Counts words in bounded memory (after lossy counting, Manku and Motwani 2002): above the
     * limit, at least half of it becomes free again, so that new words can collect counts, and the
     * work per word stays constant.
     *
     * @param maxWords maximum number of distinct words after a text
     */
    static Map<String, Long> countWords(Iterator<String> texts, int maxWords) {
        Map<String, Long> counts = new HashMap<>();
        while (texts.hasNext()) {
            Matcher words = WORD.matcher(texts.next());
            while (words.find()) {
                String word = words.group();
                // Longer ones are tables, rulers and noise, whose pieces would be useless.
                if (word.length() <= MAX_WORD_CHARS) {
                    counts.merge(word, 1L, Long::sum);
                }
            }
            if (counts.size() > maxWords) {
                dropRarest(counts, maxWords / 2);
            }
        }
        return counts;
    }

    /** Drops words up to the lowest count that leaves at most the given number of words. */
    private static void dropRarest(Map<String, Long> counts, int kept) {
        long[] sorted = counts.values().stream().mapToLong(Long::longValue).sorted().toArray();
        long highestDropped = sorted[sorted.length - kept - 1];
        counts.values().removeIf(count -> count <= highestDropped);
    }
}
