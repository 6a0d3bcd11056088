package org.limelm.train.compare;

import java.util.List;
import org.limelm.train.internal.table.TextTable;

/**
 * A table of a comparison's report.
 *
 * @param title its heading
 * @param note how to read it; may be empty
 * @param header column names
 * @param rows cells, each row as long as the header
 */
public record ReportTable(String title, String note, List<String> header, List<List<String>> rows) {
    /** Returns the table as plain text with aligned columns. */
    public String toText() {
        return TextTable.of(header, rows);
    }
}
