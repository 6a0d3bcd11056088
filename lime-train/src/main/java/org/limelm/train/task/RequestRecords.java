package org.limelm.train.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.limelm.core.LimeException;
import org.limelm.core.corpus.JsonLines;

/**
 * Groups the lines of a request file, one per continuation, into one record per document. Copies of
 * a document with {@code doc_id + 1,000,000} hold the same continuations after an unconditional
 * context: they are not examples.
 */
final class RequestRecords {
    private static final long UNCONDITIONAL = 1_000_000;

    private RequestRecords() {}

    /** The lines of a document. */
    private static final class Document {
        private final String where;
        private final String context;
        private final String label;
        private final List<String> continuations = new ArrayList<>();

        private Document(String where, String context, String label) {
            this.where = where;
            this.context = context;
            this.label = label;
        }
    }

    static List<TaskRecord> read(Path file) {
        Map<Long, Document> documents = new LinkedHashMap<>();
        try (JsonLines lines = JsonLines.open(file)) {
            while (lines.hasNext()) {
                add(documents, lines.next());
            }
        }
        List<TaskRecord> records = new ArrayList<>();
        documents.forEach(
                (id, document) -> {
                    if (id < UNCONDITIONAL) {
                        records.add(record(document, documents.get(id + UNCONDITIONAL)));
                    }
                });
        if (records.isEmpty()) {
            throw new LimeException(
                    "[" + file + "] no request with a doc_id below 1,000,000, expected some");
        }
        return records;
    }

    private static void add(Map<Long, Document> documents, JsonLines.Line line) {
        JsonNode top = line.object();
        JsonNode request = top.has("request") ? top.path("request") : top;
        String context = text(line, request, "context");
        String continuation = text(line, request, "continuation");
        if (!top.path("doc_id").isIntegralNumber() || !top.path("idx").canConvertToInt()) {
            throw malformed(line, "doc_id or idx is missing or not a whole number");
        }
        if (!top.path("label").isValueNode()) {
            throw malformed(line, "no field 'label', expected the index of the right continuation");
        }
        String label = top.path("label").asText();
        Document document =
                documents.computeIfAbsent(
                        top.path("doc_id").asLong(),
                        id -> new Document(line.where(), context, label));
        if (top.path("idx").asInt() != document.continuations.size()
                || !document.context.equals(context)
                || !document.label.equals(label)) {
            throw malformed(
                    line,
                    "idx "
                            + top.path("idx")
                            + ", context or label do not follow from the document's earlier lines, expected idx "
                            + document.continuations.size()
                            + " and the same context and label");
        }
        document.continuations.add(continuation);
    }

    private static String text(JsonLines.Line line, JsonNode request, String field) {
        if (!request.path(field).isTextual()) {
            throw malformed(line, "no field '" + field + "', expected a text");
        }
        return request.path(field).asText();
    }

    private static LimeException malformed(JsonLines.Line line, String problem) {
        return new LimeException("[" + line.where() + "] " + problem);
    }

    private static TaskRecord record(Document document, @Nullable Document unconditional) {
        ObjectNode fields = JsonNodeFactory.instance.objectNode();
        fields.put("context", document.context);
        ArrayNode continuations = fields.putArray("continuations");
        document.continuations.forEach(continuations::add);
        fields.put("label", document.label);
        if (unconditional != null) {
            if (!unconditional.continuations.equals(document.continuations)) {
                throw new LimeException(
                        "[%s] the continuations of this unconditional copy differ from those of its document at %s"
                                .formatted(unconditional.where, document.where));
            }
            fields.put("unconditional", unconditional.context);
        }
        return new TaskRecord(document.where, fields);
    }
}
