package org.limelm.core.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.limelm.core.LimeException;
import org.limelm.core.text.Document;

/** Compressed files: truncation, decompression bombs and wrong extensions are detected. */
class CorpusStreamTest {
    @TempDir Path folder;

    @Test
    void plainGzipAndZstdFilesGiveTheSameTexts() throws IOException {
        byte[] lines = "{\"text\":\"é😀\"}\n{\"text\":\"b\"}\n".getBytes(StandardCharsets.UTF_8);
        Files.write(folder.resolve("a.jsonl"), lines);
        Files.write(folder.resolve("b.jsonl.gz"), CorpusFolder.gzip(lines));
        Files.write(folder.resolve("c.jsonl.zst"), Zstd.compress(lines));
        byte[] members = CorpusFolder.concat(CorpusFolder.gzip(lines), CorpusFolder.gzip(lines));
        Files.write(folder.resolve("d.jsonl.gz"), members);
        assertThat(CorpusFolder.read(CorpusFolder.TOLERANT, folder).stream().map(Document::text))
                .containsExactly("é😀", "b", "é😀", "b", "é😀", "b", "é😀", "b", "é😀", "b");
    }

    @ParameterizedTest
    @CsvSource({"gz", "zst"})
    void aTruncatedFileIsAnErrorThatNamesIt(String extension) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 2000; i++) {
            lines.append("{\"text\":\"line ").append(Math.sin(i)).append("\"}\n");
        }
        byte[] compressed =
                extension.equals("gz")
                        ? CorpusFolder.gzip(CorpusFolder.utf8(lines))
                        : Zstd.compress(CorpusFolder.utf8(lines));
        Path file = folder.resolve("a.jsonl." + extension);
        Files.write(file, Arrays.copyOf(compressed, compressed.length - 7));
        assertThatThrownBy(() -> CorpusFolder.read(CorpusFolder.TOLERANT, file))
                .isInstanceOf(LimeException.class)
                .hasMessageStartingWith("[" + file + "] truncated")
                .hasMessageEndingWith("Download it again");
    }

    @Test
    void aDecompressionBombIsRejected() throws IOException {
        byte[] zeros = new byte[64 << 20];
        Path file = folder.resolve("bomb.txt.zst");
        Files.write(file, Zstd.compress(zeros));
        assertThatThrownBy(() -> CorpusFolder.read(ReaderOptions.defaults(), file))
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
    void anExtensionThatContradictsTheContentIsRejected(
            String name, String content, String expected) throws IOException {
        byte[] text = CorpusFolder.utf8("{\"text\":\"a\"}");
        byte[] bytes =
                switch (content) {
                    case "GZIP" -> CorpusFolder.gzip(text);
                    case "ZSTD" -> Zstd.compress(text);
                    default -> text;
                };
        Path file = folder.resolve(name);
        Files.write(file, bytes);
        assertThatThrownBy(() -> CorpusFolder.read(CorpusFolder.TOLERANT, file))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("its name says compression " + expected)
                .hasMessageContaining("its content " + content);
    }
}
