package org.limelm.annotate.evaluation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Counts which tags were found where a gold tag was right. */
final class Confusions {
    /** Confusions that a report lists per file, measure and mode. */
    static final int LISTED = 20;

    private record Pair(String gold, String found) {}

    private final Map<Pair, Long> wrong = new HashMap<>();
    private long words;
    private long errors;

    /** Counts a word. */
    void add(String gold, String found) {
        words++;
        if (!gold.equals(found)) {
            errors++;
            wrong.merge(new Pair(gold, found), 1L, Long::sum);
        }
    }

    /** Returns the fraction of words whose tag is right. */
    double accuracy() {
        return (double) (words - errors) / words;
    }

    /** Returns the most frequent confusions, the most frequent one first. */
    List<Confusion> mostFrequent(String file, String measure, String mode) {
        List<Map.Entry<Pair, Long>> sorted = new ArrayList<>(wrong.entrySet());
        sorted.sort(
                Map.Entry.<Pair, Long>comparingByValue()
                        .reversed()
                        .thenComparing(entry -> entry.getKey().gold())
                        .thenComparing(Comparator.comparing(entry -> entry.getKey().found())));
        List<Confusion> most = new ArrayList<>();
        for (Map.Entry<Pair, Long> entry : sorted.subList(0, Math.min(LISTED, sorted.size()))) {
            Pair pair = entry.getKey();
            int rank = most.size() + 1;
            most.add(
                    new Confusion(
                            file,
                            measure,
                            mode,
                            rank,
                            pair.gold(),
                            pair.found(),
                            entry.getValue(),
                            errors));
        }
        return most;
    }
}
