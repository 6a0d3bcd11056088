package org.limelm.annotate.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.limelm.annotate.internal.words.WordClusters;
import org.limelm.annotate.internal.words.WordForms;

/**
 * Learns clusters of words by the exchange algorithm (Kneser and Ney, 1993, Improved clustering
 * techniques for class-based statistical language modelling): each word moves to the cluster that
 * raises the likelihood of a bigram model of clusters most, until few words move. C is the number
 * of clusters, that of sentence boundaries and that of rare words included.
 */
final class ClusterLearner {
    private static final int CLUSTERS = 600;
    private static final int MIN_OCCURRENCES = 4;
    private static final int MAX_ITERATIONS = 15;

    /** Learning ends when fewer words than this move, relative to their number. */
    private static final double MOVING = 0.005;

    /** Differences of log-likelihood up to this are rounding errors. */
    private static final double ROUNDING = 1e-9;

    /** {@code n log n} of small counts. */
    private static final double[] TABLE = table();

    /** The neighbours of a word on one side and how often it is beside each. */
    @SuppressWarnings("ArrayRecordComponent") // columns, never compared
    private record Neighbours(int[] words, int[] counts) {}

    private final List<String> vocabulary;
    private final Neighbours[] after; // by word; the last two are a boundary and a rare word
    private final Neighbours[] before;
    private final int[] clusterOf;
    private final long[] occurrences; // by word
    private final int clusters;
    private final long[][] pairs; // (C, C)
    private final long[] totals; // C

    private ClusterLearner(List<String> vocabulary, Map<Long, Integer> bigrams) {
        this.vocabulary = vocabulary;
        int words = vocabulary.size() + 2;
        this.after = neighbours(words, bigrams, true);
        this.before = neighbours(words, bigrams, false);
        this.clusters = Math.min(CLUSTERS, Math.max(1, vocabulary.size() / 4));
        this.clusterOf = new int[words];
        this.occurrences = new long[words];
        this.pairs = new long[clusters + 2][clusters + 2];
        this.totals = new long[clusters + 2];
        for (int w = 0; w < words; w++) {
            clusterOf[w] = w < vocabulary.size() ? w % clusters : clusters + w - vocabulary.size();
        }
        for (int w = 0; w < words; w++) {
            for (int i = 0; i < after[w].words.length; i++) {
                occurrences[w] += after[w].counts[i];
                pairs[clusterOf[w]][clusterOf[after[w].words[i]]] += after[w].counts[i];
            }
            totals[clusterOf[w]] += occurrences[w];
        }
    }

    /** Returns clusters of the words that are frequent enough. */
    static WordClusters learn(Iterable<List<String>> sentences) {
        Map<String, Integer> counts = new HashMap<>();
        for (List<String> sentence : sentences) {
            sentence.forEach(word -> counts.merge(WordForms.clusterKey(word), 1, Integer::sum));
        }
        List<String> vocabulary =
                new ArrayList<>(
                        counts.keySet().stream()
                                .filter(word -> counts.getOrDefault(word, 0) >= MIN_OCCURRENCES)
                                .toList());
        vocabulary.sort(
                Comparator.<String, Integer>comparing(counts::get)
                        .reversed()
                        .thenComparing(Comparator.naturalOrder()));
        ClusterLearner learner = new ClusterLearner(vocabulary, bigrams(sentences, vocabulary));
        learner.run();
        return learner.result();
    }

    private static Map<Long, Integer> bigrams(
            Iterable<List<String>> sentences, List<String> vocabulary) {
        Map<String, Integer> ids = new HashMap<>();
        vocabulary.forEach(word -> ids.put(word, ids.size()));
        int boundary = vocabulary.size();
        int rare = boundary + 1;
        Map<Long, Integer> bigrams = new HashMap<>();
        for (List<String> sentence : sentences) {
            int previous = boundary;
            for (String word : sentence) {
                int id = ids.getOrDefault(WordForms.clusterKey(word), rare);
                bigrams.merge(bigram(previous, id), 1, Integer::sum);
                previous = id;
            }
            bigrams.merge(bigram(previous, boundary), 1, Integer::sum);
        }
        return bigrams;
    }

    private static long bigram(int first, int second) {
        return (long) first << Integer.SIZE | second;
    }

    private static Neighbours[] neighbours(int words, Map<Long, Integer> bigrams, boolean after) {
        int[] sizes = new int[words];
        for (long bigram : bigrams.keySet()) {
            sizes[after ? (int) (bigram >> Integer.SIZE) : (int) bigram]++;
        }
        Neighbours[] neighbours = new Neighbours[words];
        for (int w = 0; w < words; w++) {
            neighbours[w] = new Neighbours(new int[sizes[w]], new int[sizes[w]]);
        }
        bigrams.forEach(
                (bigram, count) -> {
                    int first = (int) (bigram >> Integer.SIZE);
                    int second = (int) (long) bigram;
                    int word = after ? first : second;
                    int at = --sizes[word];
                    neighbours[word].words[at] = after ? second : first;
                    neighbours[word].counts[at] = count;
                });
        return neighbours;
    }

    private void run() {
        int moved = vocabulary.size();
        for (int i = 0; i < MAX_ITERATIONS && moved > MOVING * vocabulary.size(); i++) {
            moved = 0;
            for (int word = 0; word < vocabulary.size(); word++) {
                moved += exchange(word) ? 1 : 0;
            }
        }
    }

    /** Moves a word to the best cluster; returns whether that is another one. */
    private boolean exchange(int word) {
        int[] right = clusterCounts(word, after[word]);
        int[] left = clusterCounts(word, before[word]);
        int self = self(word);
        int old = clusterOf[word];
        add(old, right, left, -1, self, occurrences[word]);
        int[] rightClusters = nonZero(right);
        int[] leftClusters = nonZero(left);
        double highest = Double.NEGATIVE_INFINITY;
        int best = old;
        for (int c = 0; c < clusters; c++) {
            double gain = gain(c, right, rightClusters, left, leftClusters, self, word);
            if (gain > highest + ROUNDING || (c == old && gain >= highest - ROUNDING)) {
                highest = gain;
                best = c;
            }
        }
        add(best, right, left, 1, self, occurrences[word]);
        clusterOf[word] = best;
        return best != old;
    }

    /** Returns how often a word is beside each cluster, itself excepted. */
    private int[] clusterCounts(int word, Neighbours neighbours) {
        int[] counts = new int[clusters + 2];
        for (int i = 0; i < neighbours.words.length; i++) {
            if (neighbours.words[i] != word) {
                counts[clusterOf[neighbours.words[i]]] += neighbours.counts[i];
            }
        }
        return counts;
    }

    private int self(int word) {
        int self = 0;
        for (int i = 0; i < after[word].words.length; i++) {
            self += after[word].words[i] == word ? after[word].counts[i] : 0;
        }
        return self;
    }

    private void add(int cluster, int[] right, int[] left, long sign, long self, long total) {
        for (int c = 0; c < right.length; c++) {
            pairs[cluster][c] += sign * right[c];
            pairs[c][cluster] += sign * left[c];
        }
        pairs[cluster][cluster] += sign * self;
        totals[cluster] += sign * total;
    }

    /** Returns by how much a word raises the log-likelihood as a member of a cluster. */
    private double gain(
            int cluster,
            int[] right,
            int[] rightClusters,
            int[] left,
            int[] leftClusters,
            int self,
            int word) {
        double gain = 0;
        long[] row = pairs[cluster];
        for (int c : rightClusters) {
            if (c != cluster) {
                gain += entropy(row[c] + right[c]) - entropy(row[c]);
            }
        }
        for (int c : leftClusters) {
            if (c != cluster) {
                gain += entropy(pairs[c][cluster] + left[c]) - entropy(pairs[c][cluster]);
            }
        }
        long inside = row[cluster] + right[cluster] + left[cluster] + self;
        gain += entropy(inside) - entropy(row[cluster]);
        return gain - 2 * (entropy(totals[cluster] + occurrences[word]) - entropy(totals[cluster]));
    }

    private static double entropy(long count) {
        return count < TABLE.length ? TABLE[(int) count] : count * StrictMath.log((double) count);
    }

    private static double[] table() {
        double[] table = new double[1 << 20];
        for (int n = 1; n < table.length; n++) {
            table[n] = n * StrictMath.log(n);
        }
        return table;
    }

    private static int[] nonZero(int[] counts) {
        int[] indices = new int[counts.length];
        int size = 0;
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] != 0) {
                indices[size++] = i;
            }
        }
        return Arrays.copyOf(indices, size);
    }

    private WordClusters result() {
        Map<String, Integer> result = new HashMap<>();
        for (int w = 0; w < vocabulary.size(); w++) {
            result.put(vocabulary.get(w), clusterOf[w]);
        }
        return new WordClusters(result);
    }
}
