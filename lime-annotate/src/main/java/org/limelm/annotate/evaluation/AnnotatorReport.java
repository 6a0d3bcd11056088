package org.limelm.annotate.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The result of an evaluation.
 *
 * @param xposModels id of the annotators with fine-grained parts of speech
 * @param uposModels id of the annotators with universal parts of speech
 * @param measurements in the order of the gold files
 * @param remarks tags that only gold files or only models have
 */
public record AnnotatorReport(
        String xposModels,
        String uposModels,
        List<Measurement> measurements,
        List<String> remarks) {
    public AnnotatorReport {
        measurements = List.copyOf(measurements);
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
                line.append(i < 2 ? row[i] + pad : pad + row[i]);
            }
            table.append(line.toString().stripTrailing()).append('\n');
        }
        remarks.forEach(remark -> table.append(remark).append('\n'));
        return table.toString();
    }

    private static String text(Optional<Double> value) {
        return value.map(v -> String.format(Locale.ROOT, v > 1 ? "%,.0f" : "%.4f", v)).orElse("-");
    }
}
