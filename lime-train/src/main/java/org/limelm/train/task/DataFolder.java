package org.limelm.train.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import org.limelm.core.ConfigException;
import org.limelm.core.LimeException;
import org.limelm.core.corpus.JsonLines;

/**
 * Reads the records of a task from its data file or generates them.
 *
 * @param task the task
 * @param folder the user's folder of data files; by default the folder of the task file
 */
record DataFolder(Task task, Optional<Path> folder) {
    private static final List<String> COMPRESSIONS = List.of("", ".gz", ".zst");

    /**
     * Returns the records of the task, in order.
     *
     * @param fields the fields that its templates name, for the message about a missing file
     */
    List<TaskRecord> records(List<String> fields) {
        TaskData data = task.config().data();
        if (data instanceof TaskData.Jsonl jsonl) {
            return jsonl(jsonl, jsonl.path(), fields);
        }
        if (data instanceof TaskData.Requests requests) {
            Path file =
                    find(
                            requests.path(),
                            "doc_id, idx, label, request.context, request.continuation");
            return RequestRecords.read(file);
        }
        if (data instanceof TaskData.Arithmetic arithmetic) {
            return ArithmeticRecords.of(arithmetic);
        }
        return ReasoningRecords.of((TaskData.Reasoning) data);
    }

    /** Returns the records from which few-shot examples are drawn; empty = those of the task. */
    Optional<List<TaskRecord>> shots(List<String> fields) {
        TaskData data = task.config().data();
        Optional<String> path = task.config().fewShot().path();
        if (path.isPresent() && !(data instanceof TaskData.Jsonl)) {
            throw new ConfigException(
                    "[task %s] fewShot.path is for data of kind jsonl only".formatted(task.name()));
        }
        return path.map(file -> jsonl((TaskData.Jsonl) data, file, fields));
    }

    /** Returns what identifies the data: the file, or the generator with its settings. */
    String name() {
        TaskData data = task.config().data();
        return data instanceof TaskData.Jsonl jsonl
                ? jsonl.path()
                : data instanceof TaskData.Requests requests ? requests.path() : data.toString();
    }

    private List<TaskRecord> jsonl(TaskData.Jsonl data, String path, List<String> fields) {
        Path file = find(path, String.join(", ", fields));
        List<TaskRecord> records = new ArrayList<>();
        try (JsonLines lines = JsonLines.open(file)) {
            while (lines.hasNext()) {
                JsonLines.Line line = lines.next();
                ObjectNode object = (ObjectNode) line.object();
                for (TaskData.Replacement replacement : data.replace().orElse(List.of())) {
                    object = (ObjectNode) replace(object, pattern(replacement), replacement.with());
                }
                records.add(new TaskRecord(line.where(), object));
            }
        }
        if (records.isEmpty()) {
            throw new LimeException(
                    "[task %s] %s has no records, expected one JSON object per line"
                            .formatted(task.name(), file));
        }
        return records;
    }

    private Pattern pattern(TaskData.Replacement replacement) {
        try {
            return Pattern.compile(replacement.pattern());
        } catch (PatternSyntaxException e) {
            throw new ConfigException(
                    "[task %s] data.replace: invalid regular expression: %s"
                            .formatted(task.name(), e.getMessage()),
                    e);
        }
    }

    private static JsonNode replace(JsonNode node, Pattern pattern, String with) {
        if (node.isTextual()) {
            return TextNode.valueOf(pattern.matcher(node.asText()).replaceAll(with));
        }
        if (node instanceof ArrayNode array) {
            ArrayNode replaced = array.arrayNode();
            array.forEach(item -> replaced.add(replace(item, pattern, with)));
            return replaced;
        }
        if (node instanceof ObjectNode object) {
            ObjectNode replaced = object.objectNode();
            object.properties()
                    .forEach(
                            entry ->
                                    replaced.set(
                                            entry.getKey(),
                                            replace(entry.getValue(), pattern, with)));
            return replaced;
        }
        return node;
    }

    private Path find(String path, String fields) {
        Optional<Path> base = folder.or(task::folder);
        Path relative = Path.of(path);
        Path wanted = base.map(at -> at.resolve(relative)).orElse(relative);
        if (base.isPresent() || relative.isAbsolute()) {
            for (String compression : COMPRESSIONS) {
                Path file = Path.of(wanted + compression);
                if (Files.isRegularFile(file)) {
                    return file;
                }
            }
        }
        throw missing(wanted, fields);
    }

    private LimeException missing(Path wanted, String fields) {
        List<String> origin =
                Stream.of(task.config().source(), task.config().licence().map(l -> "licence " + l))
                        .flatMap(Optional::stream)
                        .toList();
        return new LimeException(
                "[task %s] data file %s (or with .gz or .zst) not found, expected JSON lines with the fields %s%s. Hint: name the folder of the file with --data FOLDER"
                        .formatted(
                                task.name(),
                                wanted,
                                fields,
                                origin.isEmpty() ? "" : " (" + String.join(", ", origin) + ")"));
    }
}
