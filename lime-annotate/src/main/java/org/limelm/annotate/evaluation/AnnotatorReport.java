package org.limelm.annotate.evaluation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The result of an evaluation.
 *
 * @param models id of the annotators with each tag set of parts of speech: {@code xpos}, {@code
 *     upos}
 * @param measurements in the order of the gold files
 * @param confusions the most frequent wrong tags of each measurement of tags
 * @param remarks tags that only gold files or only models have
 */
public record AnnotatorReport(
        Map<String, String> models,
        List<Measurement> measurements,
        List<Confusion> confusions,
        List<String> remarks) {
    /** Confusions that a report contains per file, measure and mode. */
    public static final int MAX_CONFUSIONS = Confusions.LISTED;

    public AnnotatorReport {
        models = Collections.unmodifiableMap(new TreeMap<>(models));
        measurements = List.copyOf(measurements);
        confusions = List.copyOf(confusions);
        remarks = List.copyOf(remarks);
    }

    /** Returns a plain text table: file, measure, gold items, full, causal; then the remarks. */
    public String toTable() {
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {"file", "measure", "gold", "full", "causal"});
        for (Measurement m : measurements) {
            rows.add(
                    new String[] {
                        m.file(),
                        m.measure(),
                        String.format(Locale.ROOT, "%,d", m.gold()),
                        text(m.full()),
                        text(m.causal())
                    });
        }
        StringBuilder table = new StringBuilder(table(rows, 2));
        remarks.forEach(remark -> table.append(remark).append('\n'));
        return table.toString();
    }

    /**
     * Returns a plain text table of the most frequent confusions: file, measure, mode, gold tag,
     * found tag, words, share of the errors.
     *
     * @param most per file, measure and mode, of the 20 that a report contains
     */
    public String toConfusionTable(int most) {
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {"file", "measure", "mode", "gold", "found", "words", "of errors"});
        for (Confusion confusion : confusions) {
            if (confusion.rank() <= most) {
                rows.add(row(confusion));
            }
        }
        return rows.size() == 1 ? "" : table(rows, 5);
    }

    private static String[] row(Confusion c) {
        return new String[] {
            c.file(),
            c.measure(),
            c.mode(),
            c.gold(),
            c.found(),
            String.format(Locale.ROOT, "%,d", c.words()),
            String.format(Locale.ROOT, "%.1f %%", 100.0 * c.words() / c.errors())
        };
    }

    /** Returns rows with aligned columns, the first few of text, the others of numbers. */
    private static String table(List<String[]> rows, int textColumns) {
        int[] widths = new int[rows.get(0).length];
        for (String[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        StringBuilder table = new StringBuilder();
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.length; i++) {
                String pad = " ".repeat(widths[i] - row[i].length());
                line.append(i == 0 ? "" : "  ");
                line.append(i < textColumns ? row[i] + pad : pad + row[i]);
            }
            table.append(line.toString().stripTrailing()).append('\n');
        }
        return table.toString();
    }

    private static String text(Optional<Double> value) {
        return value.map(v -> String.format(Locale.ROOT, v > 1 ? "%,.0f" : "%.4f", v)).orElse("-");
    }
}
