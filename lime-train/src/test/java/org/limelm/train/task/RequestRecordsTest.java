package org.limelm.train.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.core.LimeException;

class RequestRecordsTest {
    @TempDir private Path folder;

    private Path write(String... lines) throws IOException {
        return Files.write(folder.resolve("requests.jsonl"), List.of(lines));
    }

    private static String line(long document, int index, String context, String continuation) {
        return "{\"doc_id\": %d, \"idx\": %d, \"label\": 1, \"request\": {\"context\": \"%s\", \"continuation\": \"%s\"}}"
                .formatted(document, index, context, continuation);
    }

    @Test
    void unconditionalCopiesAreNotExamples() throws IOException {
        List<TaskRecord> records =
                RequestRecords.read(
                        write(
                                line(4, 0, "Q:", " a"),
                                line(4, 1, "Q:", " b"),
                                line(1_000_004, 0, "Answer:", " a"),
                                line(1_000_004, 1, "Answer:", " b")));
        assertThat(records).hasSize(1);
        assertThat(records.get(0).where()).endsWith("requests.jsonl:1");
        assertThat(records.get(0).fields().toString())
                .isEqualTo(
                        "{\"context\":\"Q:\",\"continuations\":[\" a\",\" b\"],\"label\":\"1\",\"unconditional\":\"Answer:\"}");
    }

    @Test
    void requestsMayBeFlatAndWithoutCopies() throws IOException {
        List<TaskRecord> records =
                RequestRecords.read(
                        write(
                                "{\"doc_id\":0,\"idx\":0,\"label\":0,\"context\":\"Q\",\"continuation\":\" a\"}"));
        assertThat(records.get(0).names()).containsExactly("context", "continuations", "label");
    }

    @Test
    void malformedFilesAreRejectedWithTheLine() throws IOException {
        assertRejected(
                write(line(0, 0, "Q:", " a"), line(0, 2, "Q:", " b")), ":2]", "expected idx 1");
        assertRejected(
                write(line(0, 0, "Q:", " a"), line(0, 1, "R:", " b")), ":2]", "same context");
        assertRejected(write("{\"doc_id\": 0, \"idx\": 0}"), ":1]", "'context'");
        assertRejected(write("[1]"), ":1]", "expected an object");
        assertRejected(write("{\"a\": "), "requests.jsonl:1");
        assertRejected(
                write(line(0, 0, "Q:", " a"), line(1_000_000, 0, "A:", " b")),
                "unconditional copy differ");
        assertRejected(write(line(1_000_000, 0, "A:", " b")), "below 1,000,000");
    }

    private static void assertRejected(Path file, String... parts) {
        assertThatThrownBy(() -> RequestRecords.read(file))
                .isInstanceOf(LimeException.class)
                .hasMessageContainingAll(parts);
    }
}
