package org.limelm.core.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.core.LimeException;

class JsonLinesTest {
    @TempDir private Path folder;

    private static List<String> read(JsonLines lines) {
        List<String> read = new ArrayList<>();
        try (lines) {
            lines.forEachRemaining(line -> read.add(line.where() + " " + line.object()));
        }
        return read;
    }

    @Test
    void objectsAreReadWithTheirPlace() throws IOException {
        byte[] text = "\ufeff{\"a\": 1}\n\n{\"a\": \"é\"}".getBytes(StandardCharsets.UTF_8);
        Path plain = Files.write(folder.resolve("a.jsonl"), text);
        assertThat(read(JsonLines.open(plain)))
                .containsExactly(plain + ":1 {\"a\":1}", plain + ":3 {\"a\":\"é\"}");
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(text);
        }
        Path gzipped = Files.write(folder.resolve("a.jsonl.gz"), compressed.toByteArray());
        assertThat(read(JsonLines.open(gzipped))).hasSize(2);
        assertThat(read(JsonLines.of(new ByteArrayInputStream(text), "standard input")).get(1))
                .startsWith("standard input:3 ");
    }

    @Test
    void everyLineMustBeAnObject() throws IOException {
        assertRejected("a.jsonl", "{\"a\": 1}\n[2]\n", "a.jsonl:2]", "ARRAY", "an object");
        assertRejected("b.jsonl", "{\"a\": 1}\n{\"a\": \n", "b.jsonl:2");
        assertRejected("c.jsonl", "{\"a\": 1, \"a\": 2}\n", "c.jsonl:1");
        assertRejected("d.txt", "text", "d.txt", "not a file of JSON lines", ".jsonl");
        Path invalid = Files.write(folder.resolve("e.jsonl"), new byte[] {'{', (byte) 0xC3, '}'});
        assertThatThrownBy(() -> read(JsonLines.open(invalid)))
                .isInstanceOf(LimeException.class)
                .hasMessageContainingAll("e.jsonl:1", "UTF-8");
        assertThatThrownBy(() -> JsonLines.open(folder.resolve("none.jsonl")))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("none.jsonl");
    }

    private void assertRejected(String name, String content, String... parts) throws IOException {
        Path file = Files.writeString(folder.resolve(name), content);
        assertThatThrownBy(() -> read(JsonLines.open(file)))
                .isInstanceOf(LimeException.class)
                .hasMessageContainingAll(parts);
    }
}
