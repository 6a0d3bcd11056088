package org.limelm.train.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.limelm.core.LimeException;
import org.limelm.train.internal.table.TextTable;

/**
 * A comparison of arms that were trained on the same tokens with the same seed.
 *
 * @param title what was compared
 * @param provenance what a reader needs to verify or reproduce the figures: configuration, seed,
 *     machine
 * @param rows in the order of the report; the first is the baseline
 */
public record Comparison(String title, Map<String, String> provenance, List<ComparisonRow> rows) {
    /** The first token of a source is not predicted, so tokenizations may differ by its bytes. */
    private static final long UNPREDICTED_BYTES = 256;

    private static final List<String> HEADER =
            List.of(
                    "arm",
                    "evaluated in",
                    "metadata",
                    "parameters",
                    "bytes scored",
                    "loss",
                    "perplexity",
                    "bits/byte",
                    "accuracy",
                    "tokens to baseline's accuracy");

    /**
     * Checks that all rows were scored on the same text.
     *
     * @throws IllegalArgumentException if there are no rows
     * @throws LimeException if the numbers of scored bytes differ
     */
    public Comparison {
        rows = List.copyOf(rows);
        if (rows.isEmpty()) {
            throw new IllegalArgumentException("[comparison " + title + "] no arm to compare");
        }
        rows.forEach(requireSameText(title, rows.get(0)));
    }

    private static Consumer<ComparisonRow> requireSameText(String title, ComparisonRow first) {
        return row -> {
            boolean sameTokens = row.evaluatedTokens() == first.evaluatedTokens();
            long difference = Math.abs(row.evaluatedBytes() - first.evaluatedBytes());
            if (difference > (sameTokens ? 0 : UNPREDICTED_BYTES)) {
                throw new LimeException(
                        "[comparison %s] %s was scored on %,d bytes of text, %s on %,d: not comparable. Hint: evaluate both with the same number of tokens, arms of different tokenizations with evaluation.tokens=0 (all)"
                                .formatted(
                                        title,
                                        first.arm(),
                                        first.evaluatedBytes(),
                                        row.arm(),
                                        row.evaluatedBytes()));
            }
        };
    }

    /**
     * Returns a comparison in which every row with a curve states the number of training tokens
     * after which it reached the final accuracy of the first row, the baseline.
     */
    public static Comparison of(
            String title, Map<String, String> provenance, List<ComparisonRow> rows) {
        if (rows.isEmpty()) {
            return new Comparison(title, provenance, rows);
        }
        double target = rows.get(0).accuracy();
        return new Comparison(
                title, provenance, rows.stream().map(row -> row.reaching(target)).toList());
    }

    /** Returns the column names of {@link #cells()}. */
    public static List<String> header() {
        return HEADER;
    }

    /** Returns the figures as text, one list per row. */
    public List<List<String>> cells() {
        List<List<String>> cells = new ArrayList<>();
        long baselineTokens = rows.get(0).tokensToBaseline().orElse(0);
        for (ComparisonRow row : rows) {
            cells.add(
                    List.of(
                            row.arm(),
                            row.evaluatedIn(),
                            row.metadata(),
                            String.format(Locale.ROOT, "%,d", row.parameters()),
                            String.format(Locale.ROOT, "%,d", row.evaluatedBytes()),
                            format("%.4f", row.lossNats()),
                            format("%.2f", row.perplexity()),
                            format("%.4f", row.bitsPerByte()),
                            format("%.4f", row.accuracy()),
                            tokens(row, baselineTokens)));
        }
        return cells;
    }

    /** Returns the table as plain text with aligned columns. */
    public String toTable() {
        return TextTable.of(HEADER, cells());
    }

    private static String tokens(ComparisonRow row, long baselineTokens) {
        OptionalLong tokens = row.tokensToBaseline();
        if (row.curve().isEmpty()) {
            return "–";
        }
        if (tokens.isEmpty()) {
            return "not reached";
        }
        String count = String.format(Locale.ROOT, "%,d", tokens.getAsLong());
        return baselineTokens == 0
                ? count
                : count + format(" (%.0f %%)", 100.0 * tokens.getAsLong() / baselineTokens);
    }

    private static String format(String pattern, double value) {
        return String.format(Locale.ROOT, pattern, value);
    }
}
