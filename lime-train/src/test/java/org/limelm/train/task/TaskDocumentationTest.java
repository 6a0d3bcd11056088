package org.limelm.train.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.limelm.core.config.ConfigReference;

/** The tables of docs/tasks.md against the code and the task files. */
class TaskDocumentationTest {
    private static final Path DOCUMENT = Path.of("../docs/tasks.md");

    @Test
    void tablesMatchTheCode() throws IOException {
        String document = Files.readString(DOCUMENT);
        String expected = with(document, "built-in tasks", builtInTasks());
        expected = with(expected, "keys", ConfigReference.markdown(TaskConfig.class));
        if (Boolean.getBoolean("lime.update")) {
            Files.writeString(DOCUMENT, expected);
        }
        assertThat(DOCUMENT)
                .as("run this test with -Dlime.update=true to regenerate the tables")
                .hasContent(expected);
    }

    /** Replaces what is between two markers. */
    private static String with(String document, String name, String content) {
        String begin = "<!-- begin " + name + " -->\n";
        String end = "<!-- end " + name + " -->";
        int from = document.indexOf(begin) + begin.length();
        int to = document.indexOf(end);
        assertThat(to).as(name).isGreaterThanOrEqualTo(from);
        return document.substring(0, from) + content + document.substring(to);
    }

    private static String builtInTasks() {
        StringBuilder table =
                new StringBuilder(
                        "| task | measures | data file | source | licence |\n|---|---|---|---|---|\n");
        for (String name : Task.builtIn()) {
            TaskConfig task = Task.load(name).config();
            String file =
                    task.data() instanceof TaskData.Jsonl jsonl
                            ? "`" + jsonl.path() + "`"
                            : task.data() instanceof TaskData.Requests requests
                                    ? "`" + requests.path() + "`"
                                    : "generated";
            table.append("| `%s` | ".formatted(name))
                    .append(task.description().orElseThrow())
                    .append(" | ")
                    .append(file)
                    .append(" | ")
                    .append(task.source().orElse("–"))
                    .append(" | ")
                    .append(task.licence().orElse("–"))
                    .append(" |\n");
        }
        return table.toString();
    }
}
