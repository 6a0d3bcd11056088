package org.limelm.core.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.limelm.core.LimeException;
import org.limelm.core.text.Document;

/** Records that cannot be used are counted and listed, and reading continues. */
class QuarantineTest {
    @TempDir Path folder;
    private CorpusFolder corpus;

    @BeforeEach
    void createCorpus() {
        corpus = new CorpusFolder(folder);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"text\": \"cut                   | BAD_JSON",
                "{\"text\": \"a\"} {\"text\": \"b\"} | BAD_JSON",
                "{\"text\": \"a\", \"text\": \"b\"} | BAD_JSON",
                "{\"text\": \"\\ud8\"}              | BAD_JSON",
                "{\"text\": \"a\", \"x\": nan}      | BAD_JSON",
                "{\"text\": NaN}                    | TEXT_NOT_A_STRING",
                "{\"text\": -Infinity}              | TEXT_NOT_A_STRING",
                "[\"a\"]                            | NOT_AN_OBJECT",
                "null                               | NOT_AN_OBJECT",
                "{\"body\": \"a\"}                  | NO_TEXT",
                "{\"x\": {\"text\": \"a\"}}         | NO_TEXT",
                "{\"text\": null}                   | TEXT_NOT_A_STRING",
                "{\"text\": 3}                      | TEXT_NOT_A_STRING",
                "{\"text\": {\"text\": \"a\"}}      | TEXT_NOT_A_STRING",
                "{\"text\": \"\"}                   | EMPTY_TEXT",
                "{\"text\": \" \\n\"}               | EMPTY_TEXT",
                "{\"text\": \"a\\ud800b\"}          | LONE_SURROGATE",
                "{\"text\": \"\\udc00\\ud800\"}     | LONE_SURROGATE",
            })
    void aBadLineIsQuarantinedWithItsLocationAndTheNextIsRead(String line, QuarantineReason reason)
            throws IOException {
        corpus.write("c.jsonl", "\n" + line + "\n{\"text\":\"good\"}");
        try (CorpusReader reader = CorpusReader.open(List.of(folder), CorpusFolder.TOLERANT)) {
            assertThat(reader.next().text()).isEqualTo("good");
            assertThat(reader.hasNext()).isFalse();
            assertThat(reader.quarantine().counts()).isEqualTo(Map.of(reason, 1L));
            assertThat(reader.quarantine().listed().get(0).origin())
                    .isEqualTo(corpus.at("c.jsonl:2"));
        }
    }

    @Test
    void aLineBeyondTheLimitsOfTheParserIsQuarantinedAndTheNextIsRead() throws IOException {
        ReaderOptions options =
                ReaderOptions.defaults().withMaxDocumentBytes(1 << 20).withMaxBadFraction(1);
        String deep = "[".repeat(1001) + "]".repeat(1001);
        List<String> fields =
                List.of(
                        "\"x\": 1" + "0".repeat(1000),
                        "\"id\": -1" + "0".repeat(1000),
                        "\"x\": " + deep,
                        "\"x\": "
                                + deep.replace("[", "{\"a\":")
                                        .replace("]", "}")
                                        .replace(":}", ":1}"),
                        "\"" + "k".repeat(50_001) + "\": 1");
        StringBuilder lines = new StringBuilder();
        for (String field : fields) {
            lines.append("{\"text\": \"bad\", ").append(field).append("}\n{\"text\": \"good\"}\n");
        }
        corpus.write("c.jsonl", lines.toString());
        try (CorpusReader reader = CorpusReader.open(List.of(folder), options)) {
            List<String> texts = new ArrayList<>();
            reader.forEachRemaining(document -> texts.add(document.text()));
            assertThat(texts).hasSize(fields.size()).containsOnly("good");
            assertThat(reader.quarantine().counts())
                    .isEqualTo(Map.of(QuarantineReason.BAD_JSON, (long) fields.size()));
            assertThat(reader.quarantine().listed().get(0).toString())
                    .startsWith(corpus.at("c.jsonl:1 bad-json (a number of more than 1000 digits"));
        }
    }

    @Test
    void nanAndInfinityFromPythonAreAcceptedInUnusedFields() throws IOException {
        corpus.write(
                "a.jsonl",
                """
                {"score": NaN, "text": "a"}
                {"text": "b", "x": [Infinity, {"y": -Infinity}]}
                """);
        assertThat(CorpusFolder.read(ReaderOptions.defaults(), folder).stream().map(Document::text))
                .containsExactly("a", "b");
    }

    @Test
    void emptyTextsAreCountedButDoNotRejectTheCorpus() throws IOException {
        corpus.write("a.jsonl", "{\"text\":\"\"}\n{\"text\":\"a\"}\n{\"text\":\" \"}\n");
        corpus.write("b.txt", "");
        try (CorpusReader reader = CorpusReader.open(List.of(folder), ReaderOptions.defaults())) {
            assertThat(reader.next().text()).isEqualTo("a");
            assertThat(reader.hasNext()).isFalse();
            assertThat(reader.quarantine().counts())
                    .isEqualTo(Map.of(QuarantineReason.EMPTY_TEXT, 3L));
        }
    }

    @Test
    void aNulByteInsideAJsonLineIsBadJson() throws IOException {
        corpus.write("a.jsonl", "{\"text\":\"a\u0000b\"}\n");
        try (CorpusReader reader = CorpusReader.open(List.of(folder), CorpusFolder.TOLERANT)) {
            assertThat(reader.hasNext()).isFalse();
            assertThat(reader.quarantine().counts())
                    .isEqualTo(Map.of(QuarantineReason.BAD_JSON, 1L));
        }
    }

    @Test
    void invalidUtf8IsQuarantinedAndNothingElseIsChanged() throws IOException {
        Files.write(
                folder.resolve("a.jsonl"),
                CorpusFolder.concat(
                        new byte[] {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF},
                        CorpusFolder.utf8("{\"text\":\"after the mark\"}\r\n{\"text\":\""),
                        new byte[] {(byte) 0xC3, '('},
                        CorpusFolder.utf8(
                                "\"}\r\n\r\n{\"text\":\"\\u0000\\ud83d\\ude00\\r\\n\"}")));
        Files.write(folder.resolve("b.txt"), new byte[] {(byte) 0xFF, (byte) 0xFE, 'a', 0});
        Files.write(folder.resolve("c.txt"), CorpusFolder.utf8("\ufeffa\u0000b\u200d\u0301\u202e"));
        try (CorpusReader reader = CorpusReader.open(List.of(folder), CorpusFolder.TOLERANT)) {
            assertThat(reader.next().text()).isEqualTo("after the mark");
            assertThat(reader.next().text()).isEqualTo("\u0000😀\r\n");
            assertThat(reader.next().text()).isEqualTo("a\u0000b\u200d\u0301\u202e");
            assertThat(reader.hasNext()).isFalse();
            assertThat(reader.quarantine().listed())
                    .extracting(Object::toString)
                    .containsExactly(
                            corpus.at("a.jsonl:2 invalid-utf8"), corpus.at("b.txt invalid-utf8"));
        }
    }

    @Test
    void aLineOf100MegabytesIsSkippedWithoutBeingBuffered() throws IOException {
        Path file = folder.resolve("a.jsonl.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(CorpusFolder.utf8("{\"text\":\"before\"}\n{\"text\":\""));
            byte[] block = CorpusFolder.utf8("0123456789abcdef".repeat(1 << 12));
            for (int i = 0; i < 1600; i++) {
                out.write(block);
            }
            out.write(CorpusFolder.utf8("\"}\n{\"text\":\"after\"}\n"));
        }
        ReaderOptions options =
                ReaderOptions.defaults()
                        .withMaxDocumentBytes(1 << 20)
                        .withMaxBadFraction(1)
                        .withMaxCompressionRatio(2000);
        try (CorpusReader reader = CorpusReader.open(List.of(file), options)) {
            assertThat(reader.next().text()).isEqualTo("before");
            long allocatedBefore = allocated();
            assertThat(reader.next().text()).isEqualTo("after");
            assertThat(allocated() - allocatedBefore).as("bytes allocated").isLessThan(16 << 20);
            assertThat(reader.hasNext()).isFalse();
            assertThat(reader.quarantine().listed())
                    .extracting(Object::toString)
                    .containsExactly(file + ":2 too-large (over 1048576 bytes)");
        }
    }

    private static long allocated() {
        com.sun.management.ThreadMXBean threads =
                (com.sun.management.ThreadMXBean)
                        java.lang.management.ManagementFactory.getThreadMXBean();
        return threads.getCurrentThreadAllocatedBytes();
    }

    @Test
    void tooManyBadRecordsRejectTheCorpus() throws IOException {
        corpus.write("a.jsonl", "{\"text\":\"a\"}\n".repeat(99) + "bad\n");
        assertThat(CorpusFolder.read(ReaderOptions.defaults().withMaxDocumentBytes(1000), folder))
                .hasSize(99);
        assertThatThrownBy(
                        () ->
                                CorpusFolder.read(
                                        ReaderOptions.defaults()
                                                .withMaxDocumentBytes(1000)
                                                .withMaxBadFraction(0.009),
                                        folder))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining(
                        "1 of 100 records cannot be used, more than the allowed fraction 0.009")
                .hasMessageContaining(
                        "bad-json 1. Hint: look at " + corpus.at("a.jsonl:100 bad-json"));
    }

    @Test
    void aHopelessCorpusIsRejectedBeforeItsEnd() throws IOException {
        corpus.write("a.jsonl", "bad\n".repeat(20_000));
        assertThatThrownBy(() -> CorpusFolder.read(ReaderOptions.defaults(), folder))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("10000 of 10000 records");
    }

    @Test
    void theQuarantineIsWrittenAsJsonLines() throws IOException {
        corpus.write("a.jsonl", "[]\n{\"text\":\"\"}\n");
        Path list = folder.resolve("quarantine.list");
        try (CorpusReader reader = CorpusReader.open(List.of(folder), CorpusFolder.TOLERANT)) {
            assertThat(reader.hasNext()).isFalse();
            reader.quarantine().write(list);
        }
        assertThat(Files.readString(list))
                .isEqualTo(
                        """
                        {"origin":"%1$s:1","reason":"not-an-object","detail":""}
                        {"origin":"%1$s:2","reason":"empty-text","detail":""}
                        """
                                .formatted(corpus.at("a.jsonl")));
    }
}
