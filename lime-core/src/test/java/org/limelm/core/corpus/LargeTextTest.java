package org.limelm.core.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.limelm.core.text.Document;

/** Text files larger than the document limit. */
class LargeTextTest {
    @TempDir Path folder;

    @Test
    void aTextFileLargerThanADocumentIsSplitAtTheEndsOfParagraphs() throws IOException {
        String paragraph = "The old man looked at the sea.\nIt was quiet.\n\n";
        String text = "\ufeff" + paragraph.repeat(100);
        List<Document> documents = read(text, 1000);
        assertThat(documents).hasSizeGreaterThan(4);
        assertThat(documents).allSatisfy(document -> assertThat(document.text()).endsWith("\n\n"));
        assertThat(joined(documents)).isEqualTo(paragraph.repeat(100));
        assertThat(documents.get(1))
                .extracting(Document::id, Document::origin)
                .containsExactly("a.txt#2", folder.resolve("a.txt") + "#2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a line\n", "a line\r\n\r\n", "word ", "é", "😀", "日本", "x"})
    void theJoinedPiecesAreTheTextAndNoCharacterIsSplit(String unit) throws IOException {
        for (int size : new int[] {100, 101, 102, 103}) {
            String text = "-".repeat(size - 100) + unit.repeat(500);
            List<Document> documents = read(text, size);
            assertThat(documents).hasSizeGreaterThan(1);
            assertThat(joined(documents)).isEqualTo(text);
            assertThat(documents)
                    .allSatisfy(
                            document ->
                                    assertThat(document.text().getBytes(StandardCharsets.UTF_8))
                                            .hasSizeLessThanOrEqualTo(size));
        }
    }

    @Test
    void moreIsReadIfExactlyOnePieceIsLeft() throws IOException {
        // Of 101 bytes that are read at first, the line end is a piece, which is no document.
        String line = "x".repeat(500);
        assertThat(joined(read("\n" + line, 100))).isEqualTo(line);
    }

    @Test
    void aFileOfManyTimesTheDocumentLimitIsReadInBoundedMemory() throws IOException {
        Path file = folder.resolve("large.md.gz");
        byte[] block =
                "The sea was quiet, and the old man slept.\n\n"
                        .repeat(25_000)
                        .getBytes(StandardCharsets.UTF_8);
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            for (int i = 0; i < 80; i++) {
                out.write(block);
            }
        }
        long bytes = 0;
        int longest = 0;
        ReaderOptions options =
                ReaderOptions.defaults()
                        .withMaxDocumentBytes(8 << 20)
                        .withMaxBadFraction(0)
                        .withMaxCompressionRatio(2000);
        try (CorpusReader reader = CorpusReader.open(List.of(file), options)) {
            while (reader.hasNext()) {
                int length = reader.next().text().length();
                bytes += length;
                longest = Math.max(longest, length);
            }
        }
        assertThat(bytes).isEqualTo(80L * block.length);
        assertThat(longest).isLessThanOrEqualTo(TextPieces.PIECE_BYTES);
    }

    @Test
    void invalidUtf8RejectsOnlyItsPiece() throws IOException {
        byte[] text = "good text here\n\n".repeat(100).getBytes(StandardCharsets.UTF_8);
        text[750] = (byte) 0xFF;
        Files.write(folder.resolve("a.txt"), text);
        ReaderOptions options =
                ReaderOptions.defaults().withMaxDocumentBytes(160).withMaxBadFraction(1);
        try (CorpusReader reader = CorpusReader.open(List.of(folder), options)) {
            List<Document> documents = new ArrayList<>();
            reader.forEachRemaining(documents::add);
            assertThat(documents).hasSize(9);
            assertThat(reader.quarantine().listed())
                    .extracting(Object::toString)
                    .containsExactly(folder.resolve("a.txt") + "#5 invalid-utf8");
        }
    }

    private List<Document> read(String text, long maxBytes) throws IOException {
        Path file = folder.resolve("a.txt");
        Files.writeString(file, text);
        ReaderOptions options =
                ReaderOptions.defaults().withMaxDocumentBytes(maxBytes).withMaxBadFraction(0);
        List<Document> documents = new ArrayList<>();
        try (CorpusReader reader = CorpusReader.open(List.of(file), options)) {
            reader.forEachRemaining(documents::add);
        }
        return documents;
    }

    private static String joined(List<Document> documents) {
        return documents.stream().map(Document::text).collect(Collectors.joining());
    }
}
