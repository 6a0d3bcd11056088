package org.limelm.core.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.limelm.core.LimeException;
import org.limelm.core.text.Document;

class CorpusReaderTest {
    private static final ReaderOptions TOLERANT = new ReaderOptions("text", "id", 1000, 1, 200);

    @TempDir Path folder;

    @Test
    void foldersAreReadInTheOrderOfTheirNames() throws IOException {
        write("b/2.txt", "two\r\n");
        write("b/10.TXT", "ten");
        write("a ü/x.jsonl", "{\"id\":\"x1\",\"text\":\"one\"}\n{\"text\":\"no id\"}");
        write("b/.hidden/y.txt", "hidden");
        write("b/notes.pdf", "of another kind");
        assertThat(read(TOLERANT, folder))
                .containsExactly(
                        new Document("x1", "one", at("a ü/x.jsonl:1")),
                        new Document(at("a ü/x.jsonl:2"), "no id", at("a ü/x.jsonl:2")),
                        new Document("10.TXT", "ten", at("b/10.TXT")),
                        new Document("2.txt", "two\r\n", at("b/2.txt")));
    }

    @Test
    void plainGzipAndZstdFilesGiveTheSameTexts() throws IOException {
        byte[] lines = "{\"text\":\"é😀\"}\n{\"text\":\"b\"}\n".getBytes(StandardCharsets.UTF_8);
        Files.write(folder.resolve("a.jsonl"), lines);
        Files.write(folder.resolve("b.jsonl.gz"), gzip(lines));
        Files.write(folder.resolve("c.jsonl.zst"), Zstd.compress(lines));
        byte[] members = concat(gzip(lines), gzip(lines));
        Files.write(folder.resolve("d.jsonl.gz"), members);
        assertThat(read(TOLERANT, folder).stream().map(Document::text))
                .containsExactly("é😀", "b", "é😀", "b", "é😀", "b", "é😀", "b", "é😀", "b");
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
    void aBadLineIsQuarantinedWithItsPlaceAndTheNextIsRead(String line, QuarantineReason reason)
            throws IOException {
        write("c.jsonl", "\n" + line + "\n{\"text\":\"good\"}");
        try (CorpusReader reader = CorpusReader.open(List.of(folder), TOLERANT)) {
            assertThat(reader.next().text()).isEqualTo("good");
            assertThat(reader.hasNext()).isFalse();
            assertThat(reader.quarantine().counts()).isEqualTo(Map.of(reason, 1L));
            assertThat(reader.quarantine().listed().get(0).origin()).isEqualTo(at("c.jsonl:2"));
        }
    }

    @Test
    void aLineBeyondWhatTheParserAllowsIsQuarantinedAndTheNextIsRead() throws IOException {
        ReaderOptions options = new ReaderOptions("text", "id", 1 << 20, 1, 200);
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
        write("c.jsonl", lines.toString());
        try (CorpusReader reader = CorpusReader.open(List.of(folder), options)) {
            List<String> texts = new ArrayList<>();
            reader.forEachRemaining(document -> texts.add(document.text()));
            assertThat(texts).hasSize(fields.size()).containsOnly("good");
            assertThat(reader.quarantine().counts())
                    .isEqualTo(Map.of(QuarantineReason.BAD_JSON, (long) fields.size()));
            assertThat(reader.quarantine().listed().get(0).toString())
                    .startsWith(at("c.jsonl:1 bad-json (a number of over 1000 digits"));
        }
    }

    @Test
    void whatPythonWritesIntoFieldsThatAreNotReadIsAccepted() throws IOException {
        write(
                "a.jsonl",
                """
                {"score": NaN, "text": "a"}
                {"text": "b", "x": [Infinity, {"y": -Infinity}]}
                """);
        assertThat(read(ReaderOptions.defaults(), folder).stream().map(Document::text))
                .containsExactly("a", "b");
    }

    @Test
    void emptyTextsAreCountedAndRefuseNothing() throws IOException {
        write("a.jsonl", "{\"text\":\"\"}\n{\"text\":\"a\"}\n{\"text\":\" \"}\n");
        write("b.txt", "");
        try (CorpusReader reader = CorpusReader.open(List.of(folder), ReaderOptions.defaults())) {
            assertThat(reader.next().text()).isEqualTo("a");
            assertThat(reader.hasNext()).isFalse();
            assertThat(reader.quarantine().counts())
                    .isEqualTo(Map.of(QuarantineReason.EMPTY_TEXT, 3L));
        }
    }

    @Test
    void aNulByteInsideAJsonLineIsBadJson() throws IOException {
        write("a.jsonl", "{\"text\":\"a\u0000b\"}\n");
        try (CorpusReader reader = CorpusReader.open(List.of(folder), TOLERANT)) {
            assertThat(reader.hasNext()).isFalse();
            assertThat(reader.quarantine().counts())
                    .isEqualTo(Map.of(QuarantineReason.BAD_JSON, 1L));
        }
    }

    @Test
    void bytesThatAreNotUtf8AreQuarantinedAndNothingElseIsChanged() throws IOException {
        Files.write(
                folder.resolve("a.jsonl"),
                concat(
                        new byte[] {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF},
                        utf8("{\"text\":\"after the mark\"}\r\n{\"text\":\""),
                        new byte[] {(byte) 0xC3, '('},
                        utf8("\"}\r\n\r\n{\"text\":\"\\u0000\\ud83d\\ude00\\r\\n\"}")));
        Files.write(folder.resolve("b.txt"), new byte[] {(byte) 0xFF, (byte) 0xFE, 'a', 0});
        Files.write(folder.resolve("c.txt"), utf8("\ufeffa\u0000b\u200d\u0301\u202e"));
        try (CorpusReader reader = CorpusReader.open(List.of(folder), TOLERANT)) {
            assertThat(reader.next().text()).isEqualTo("after the mark");
            assertThat(reader.next().text()).isEqualTo("\u0000😀\r\n");
            assertThat(reader.next().text()).isEqualTo("a\u0000b\u200d\u0301\u202e");
            assertThat(reader.hasNext()).isFalse();
            assertThat(reader.quarantine().listed())
                    .extracting(Object::toString)
                    .containsExactly(at("a.jsonl:2 invalid-utf8"), at("b.txt invalid-utf8"));
        }
    }

    @Test
    void aLineOf100MegabytesIsPassedOverWithoutBeingHeld() throws IOException {
        Path file = folder.resolve("a.jsonl.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(utf8("{\"text\":\"before\"}\n{\"text\":\""));
            byte[] block = utf8("0123456789abcdef".repeat(1 << 12));
            for (int i = 0; i < 1600; i++) {
                out.write(block);
            }
            out.write(utf8("\"}\n{\"text\":\"after\"}\n"));
        }
        ReaderOptions options = new ReaderOptions("text", "id", 1 << 20, 1, 2000);
        try (CorpusReader reader = CorpusReader.open(List.of(file), options)) {
            assertThat(reader.next().text()).isEqualTo("before");
            long heldBefore = allocated();
            assertThat(reader.next().text()).isEqualTo("after");
            assertThat(allocated() - heldBefore).as("bytes allocated").isLessThan(16 << 20);
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
    void aDocumentOfExactlyTheLimitIsRead() throws IOException {
        write("a.txt", "x".repeat(1000));
        String frame = "{\"text\":\"\"}";
        write(
                "b.jsonl",
                "{\"text\":\""
                        + "y".repeat(1000 - frame.length())
                        + "\"}\n"
                        + "{\"text\":\""
                        + "z".repeat(1001 - frame.length())
                        + "\"}\n");
        try (CorpusReader reader = CorpusReader.open(List.of(folder), TOLERANT)) {
            assertThat(reader.next())
                    .isEqualTo(new Document("a.txt", "x".repeat(1000), at("a.txt")));
            assertThat(reader.next().text()).hasSize(1000 - frame.length());
            assertThat(reader.hasNext()).isFalse();
            assertThat(reader.quarantine().counts())
                    .isEqualTo(Map.of(QuarantineReason.TOO_LARGE, 1L));
        }
    }

    @ParameterizedTest
    @CsvSource({"gz", "zst"})
    void aTruncatedFileIsAnErrorThatNamesIt(String extension) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 2000; i++) {
            lines.append("{\"text\":\"line ").append(Math.sin(i)).append("\"}\n");
        }
        byte[] compressed = extension.equals("gz") ? gzip(utf8(lines)) : Zstd.compress(utf8(lines));
        Path file = folder.resolve("a.jsonl." + extension);
        Files.write(file, Arrays.copyOf(compressed, compressed.length - 7));
        assertThatThrownBy(() -> read(TOLERANT, file))
                .isInstanceOf(LimeException.class)
                .hasMessageStartingWith("[" + file + "] truncated")
                .hasMessageEndingWith("Fetch it again");
    }

    @Test
    void aDecompressionBombIsStopped() throws IOException {
        byte[] zeros = new byte[64 << 20];
        Path file = folder.resolve("bomb.txt.zst");
        Files.write(file, Zstd.compress(zeros));
        assertThatThrownBy(() -> read(ReaderOptions.defaults(), file))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("over the ratio of 200")
                .hasMessageContaining(file.toString());
    }

    @ParameterizedTest
    @CsvSource({
        "a.jsonl, GZIP, NONE",
        "a.txt, ZSTD, NONE",
        "a.jsonl.gz, NONE, GZIP",
        "a.jsonl.gz, ZSTD, GZIP",
        "a.txt.zst, GZIP, ZSTD"
    })
    void aNameThatContradictsTheContentIsRefused(String name, String content, String expected)
            throws IOException {
        byte[] text = utf8("{\"text\":\"a\"}");
        byte[] bytes =
                switch (content) {
                    case "GZIP" -> gzip(text);
                    case "ZSTD" -> Zstd.compress(text);
                    default -> text;
                };
        Path file = folder.resolve(name);
        Files.write(file, bytes);
        assertThatThrownBy(() -> read(TOLERANT, file))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("its name says compression " + expected)
                .hasMessageContaining("its content " + content);
    }

    @Test
    void emptyFilesAndCorporaAreNoticed() throws IOException {
        assertThatThrownBy(() -> read(TOLERANT, folder))
                .isInstanceOf(LimeException.class)
                .hasMessageStartingWith("[corpus] no files in");
        write("a.jsonl", "");
        write("b.txt", "");
        try (CorpusReader reader = CorpusReader.open(List.of(folder), TOLERANT)) {
            assertThat(reader.hasNext()).isFalse();
            assertThat(reader.quarantine().counts())
                    .isEqualTo(Map.of(QuarantineReason.EMPTY_TEXT, 1L));
        }
    }

    @Test
    void pathsThatAreAbsentOrOfAnotherKindAreRefused() throws IOException {
        assertThatThrownBy(() -> read(TOLERANT, folder.resolve("no.txt")))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("no such file");
        assertThatThrownBy(() -> read(TOLERANT, folder.resolve("nowhere")))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("no such file");
        write("a.pdf", "x");
        assertThatThrownBy(() -> read(TOLERANT, folder.resolve("a.pdf")))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("not a corpus file, expected .txt, .md, .jsonl");
    }

    @Test
    void linksInALoopAreRefusedAndAFileFoundTwiceIsReadOnce() throws IOException {
        write("a/x.txt", "x");
        Files.createSymbolicLink(folder.resolve("a/y.txt"), folder.resolve("a/x.txt"));
        assertThat(read(TOLERANT, folder, folder.resolve("a/x.txt"))).hasSize(1);
        Files.createSymbolicLink(folder.resolve("a/loop"), folder);
        assertThatThrownBy(() -> read(TOLERANT, folder))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("its symbolic links form a loop");
    }

    @Test
    void tooManyBadRecordsRefuseTheCorpus() throws IOException {
        write("a.jsonl", "{\"text\":\"a\"}\n".repeat(99) + "bad\n");
        assertThat(read(new ReaderOptions("text", "id", 1000, 0.01, 200), folder)).hasSize(99);
        assertThatThrownBy(() -> read(new ReaderOptions("text", "id", 1000, 0.009, 200), folder))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("1 of 100 records cannot be used, over the share of 0.009")
                .hasMessageContaining("bad-json 1. Hint: look at " + at("a.jsonl:100 bad-json"));
    }

    @Test
    void aHopelessCorpusIsRefusedBeforeItsEnd() throws IOException {
        write("a.jsonl", "bad\n".repeat(20_000));
        assertThatThrownBy(() -> read(ReaderOptions.defaults(), folder))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("10000 of 10000 records");
    }

    @Test
    void theQuarantineIsWrittenAsJsonLines() throws IOException {
        write("a.jsonl", "[]\n{\"text\":\"\"}\n");
        Path list = folder.resolve("quarantine.list");
        try (CorpusReader reader = CorpusReader.open(List.of(folder), TOLERANT)) {
            assertThat(reader.hasNext()).isFalse();
            reader.quarantine().write(list);
        }
        assertThat(Files.readString(list))
                .isEqualTo(
                        """
                        {"origin":"%1$s:1","reason":"not-an-object","detail":""}
                        {"origin":"%1$s:2","reason":"empty-text","detail":""}
                        """
                                .formatted(at("a.jsonl")));
    }

    @Test
    void progressEndsAtTheSizeOfTheFiles() throws IOException {
        Files.write(folder.resolve("a.jsonl.gz"), gzip(utf8("{\"text\":\"a\"}\n".repeat(100))));
        write("b.txt", "text");
        try (CorpusReader reader = CorpusReader.open(List.of(folder), TOLERANT)) {
            assertThat(reader.progress().fraction()).isZero();
            reader.forEachRemaining(document -> {});
            assertThat(reader.progress().bytesRead()).isEqualTo(reader.progress().totalBytes());
        }
    }

    @Test
    void otherFieldsMayHoldTextAndId() throws IOException {
        write("a.jsonl", "{\"meta\":{\"a\":[1,{\"b\":2}]},\"body\":\"x\",\"key\":7,\"text\":3}");
        assertThat(read(new ReaderOptions("body", "key", 1000, 0, 200), folder))
                .containsExactly(new Document("7", "x", at("a.jsonl:1")));
    }

    private static List<Document> read(ReaderOptions options, Path... paths) {
        List<Document> documents = new ArrayList<>();
        try (CorpusReader reader = CorpusReader.open(List.of(paths), options)) {
            reader.forEachRemaining(documents::add);
        }
        return documents;
    }

    private void write(String name, String content) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    private String at(String name) {
        return folder + "/" + name;
    }

    private static byte[] utf8(CharSequence text) {
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
