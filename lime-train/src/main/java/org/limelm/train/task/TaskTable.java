package org.limelm.train.task;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.limelm.train.internal.table.TextTable;

/** Results of tasks as a plain-text table. */
public final class TaskTable {
    private static final List<String> HEADER =
            List.of(
                    "task",
                    "figure",
                    "value",
                    "standard error",
                    "chance",
                    "examples",
                    "truncated",
                    "shots",
                    "tags",
                    "source");

    private TaskTable() {}

    /** Returns the lines of the table: per task all figures, then the main one of each group. */
    public static String of(List<TaskResult> results) {
        List<List<String>> rows = new ArrayList<>();
        for (TaskResult result : results) {
            for (MetricValue value : result.all().metrics()) {
                rows.add(row(result.task(), value, result.all(), result));
            }
            for (TaskGroup group : result.groups()) {
                rows.add(row("  " + group.group(), group.metrics().get(0), group, result));
            }
        }
        return TextTable.of(HEADER, rows);
    }

    private static List<String> row(
            String name, MetricValue value, TaskGroup group, TaskResult result) {
        boolean accuracy = value.metric().label().startsWith("accuracy");
        boolean all = group.group().isEmpty();
        return List.of(
                name,
                value.metric().label(),
                number(value.value()),
                value.standardError().map(TaskTable::number).orElse("-"),
                accuracy ? group.chance().map(TaskTable::number).orElse("-") : "-",
                Integer.toString(value.samples()),
                all ? Integer.toString(result.truncated()) : "",
                Integer.toString(result.shots()),
                result.annotation(),
                result.origin());
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value >= 1_000 ? "%.0f" : "%.4f", value);
    }
}
