package org.limelm.train.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.limelm.train.evaluation.Sums;
import org.limelm.train.evaluation.TokenStatistics;
import org.limelm.train.evaluation.TokenStatistics.PassageSums;

/**
 * The units of text that a bootstrap draws: documents, if there are enough of them, or passages.
 *
 * @param name {@code documents} or {@code passages}
 * @param baseline scores of the baseline by seed and unit
 * @param arm scores of the arm by the same seeds and units
 */
record TextUnits(String name, List<List<Sums>> baseline, List<List<Sums>> arm) {
    /** With fewer documents, an interval from documents is unreliable. */
    private static final int FEWEST_DOCUMENTS = 30;

    /** Returns the units of two evaluations of one text. */
    static TextUnits of(List<TokenStatistics> baseline, List<TokenStatistics> arm) {
        long documents =
                baseline.get(0).passages().stream().map(PassageSums::document).distinct().count();
        boolean whole = documents >= FEWEST_DOCUMENTS;
        Function<PassageSums, String> unit =
                whole
                        ? PassageSums::document
                        : passage -> passage.document() + "/" + passage.part();
        NavigableSet<String> names = new TreeSet<>();
        for (List<TokenStatistics> side : List.of(baseline, arm)) {
            side.get(0).passages().stream().map(unit).forEach(names::add);
        }
        return new TextUnits(
                whole ? "documents" : "passages",
                table(baseline, unit, names),
                table(arm, unit, names));
    }

    private static List<List<Sums>> table(
            List<TokenStatistics> seeds,
            Function<PassageSums, String> unit,
            NavigableSet<String> names) {
        List<List<Sums>> table = new ArrayList<>();
        for (TokenStatistics seed : seeds) {
            Map<String, Sums> byName = new TreeMap<>();
            names.forEach(name -> byName.put(name, Sums.ZERO));
            seed.passages()
                    .forEach(
                            passage ->
                                    byName.merge(unit.apply(passage), passage.sums(), Sums::plus));
            table.add(List.copyOf(byName.values()));
        }
        return table;
    }

    /** Returns the number of units. */
    int count() {
        return baseline.get(0).size();
    }
}
