package org.limelm.train.internal.table;

import java.util.List;
import java.util.stream.Collectors;

/** Plain-text tables. */
public final class TextTable {
    private TextTable() {}

    /**
     * Formats a table of figures, with the first column left-aligned and the others right-aligned.
     *
     * @param header column names
     * @param rows cells, each row as long as the header
     * @return the lines of the table, each ending in a newline
     */
    public static String of(List<String> header, List<List<String>> rows) {
        return of(header, rows, true);
    }

    /**
     * Formats a table of words, with every column left-aligned.
     *
     * @param header column names
     * @param rows cells, each row as long as the header
     * @return the lines of the table, each ending in a newline
     */
    public static String ofWords(List<String> header, List<List<String>> rows) {
        return of(header, rows, false);
    }

    private static String of(List<String> header, List<List<String>> rows, boolean figures) {
        int columns = header.size();
        int[] widths = new int[columns];
        for (int c = 0; c < columns; c++) {
            widths[c] = header.get(c).length();
            for (List<String> row : rows) {
                widths[c] = Math.max(widths[c], row.get(c).length());
            }
        }
        StringBuilder table = new StringBuilder();
        table.append(line(header, widths, figures));
        table.append("-".repeat(java.util.Arrays.stream(widths).sum() + 2 * (columns - 1)))
                .append('\n');
        rows.forEach(row -> table.append(line(row, widths, figures)));
        return table.toString();
    }

    private static String line(List<String> cells, int[] widths, boolean figures) {
        return java.util.stream.IntStream.range(0, cells.size())
                        .mapToObj(c -> pad(cells.get(c), widths[c], figures && c > 0))
                        .collect(Collectors.joining("  "))
                        .stripTrailing()
                + "\n";
    }

    private static String pad(String cell, int width, boolean right) {
        String padding = " ".repeat(width - cell.length());
        return right ? padding + cell : cell + padding;
    }
}
