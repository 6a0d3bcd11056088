package org.limelm.core.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.limelm.core.LimeException;
import org.limelm.core.text.Document;

/** A compressed file is read to its very end, or it is an error. */
class CompressedCorpusTest {
    private static final int LINES = 500;

    /** A skippable frame: its magic number, its length, its content. */
    private static final byte[] SKIPPABLE = {0x53, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3};

    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"gz", "zst"})
    void concatenatedPartsAreAllRead(String extension) throws IOException {
        assertThat(read(extension, part(extension, 0), part(extension, 1), part(extension, 2)))
                .hasSize(3 * LINES);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gz", "zst"})
    void aTruncatedLaterPartIsAnError(String extension) {
        byte[] first = part(extension, 0);
        byte[] second = part(extension, 1);
        int[] cuts = {
            1, 2, 3, 4, 5, 9, 12, second.length / 2, second.length - 7, second.length - 1
        };
        for (int cut : cuts) {
            assertThatThrownBy(() -> read(extension, first, Arrays.copyOf(second, cut)))
                    .as("cut to %d bytes", cut)
                    .isInstanceOf(LimeException.class)
                    .hasMessageContaining("truncated")
                    .hasMessageEndingWith("Download it again");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gz", "zst"})
    void aDamagedLaterPartIsAnError(String extension) {
        byte[] first = part(extension, 0);
        int length = part(extension, 1).length;
        for (int place : new int[] {0, 1, 2, length / 2, length - 3}) {
            byte[] second = part(extension, 1);
            second[place] ^= 0x55;
            assertThatThrownBy(() -> read(extension, first, second))
                    .as("damaged at byte %d", place)
                    .isInstanceOf(LimeException.class)
                    .hasMessageContaining("truncated or damaged");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gz", "zst"})
    void otherContentAfterTheLastPartIsAnError(String extension) {
        byte[] text = "{\"text\":\"appended\"}\n".getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> read(extension, part(extension, 0), text))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("truncated or damaged");
    }

    @Test
    void skippableFramesAreSkippedAnywhere() throws IOException {
        assertThat(read("zst", SKIPPABLE, part("zst", 0), SKIPPABLE, part("zst", 1), SKIPPABLE))
                .hasSize(2 * LINES);
    }

    @Test
    void aTruncatedSkippableFrameIsAnError() {
        for (int cut = 1; cut < SKIPPABLE.length; cut++) {
            byte[] cutOff = Arrays.copyOf(SKIPPABLE, cut);
            assertThatThrownBy(() -> read("zst", part("zst", 0), cutOff))
                    .isInstanceOf(LimeException.class)
                    .hasMessageContaining("truncated");
        }
    }

    @Test
    void windowsOfAnySizeAreRead() throws IOException {
        for (int windowLog : new int[] {10, 27, 28, 30, 31}) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (ZstdOutputStream out = new ZstdOutputStream(bytes)) {
                out.setLong(windowLog);
                out.write(lines(0));
            }
            assertThat(read("zst", bytes.toByteArray(), part("zst", 1)))
                    .as("window of 2^%d bytes", windowLog)
                    .hasSize(2 * LINES);
        }
    }

    @Test
    void emptyPartsDoNotEndTheFile() throws IOException {
        assertThat(read("zst", Zstd.compress(new byte[0]), part("zst", 0))).hasSize(LINES);
        assertThat(read("gz", gzip(new byte[0]), part("gz", 0), gzip(new byte[0]))).hasSize(LINES);
    }

    private List<Document> read(String extension, byte[]... parts) throws IOException {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            whole.writeBytes(part);
        }
        Path file = folder.resolve("a.jsonl." + extension);
        Files.write(file, whole.toByteArray());
        List<Document> documents = new ArrayList<>();
        try (CorpusReader reader = CorpusReader.open(List.of(file), ReaderOptions.defaults())) {
            reader.forEachRemaining(documents::add);
        }
        return documents;
    }

    private static byte[] part(String extension, int number) {
        return extension.equals("gz") ? gzip(lines(number)) : zstd(lines(number));
    }

    private static byte[] zstd(byte[] bytes) {
        try (ZstdCompressCtx zstd = new ZstdCompressCtx()) {
            return zstd.setChecksum(true).compress(bytes);
        }
    }

    private static byte[] lines(int number) {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < LINES; i++) {
            lines.append("{\"text\":\"line ").append(Math.sin(number + i)).append("\"}\n");
        }
        return lines.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return out.toByteArray();
    }
}
