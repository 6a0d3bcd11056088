package org.limelm.core.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.core.LimeException;
import org.limelm.core.corpus.CorpusFile.Compression;
import org.limelm.core.corpus.CorpusFile.Format;
import org.limelm.core.corpus.PassedOverFiles.Reason;

/** The files of a folder are read, or counted and named. */
class CorpusFilesTest {
    private static final String LINE = "{\"text\":\"a\"}\n";

    @TempDir Path folder;

    @Test
    void everyUsualExtensionIsRead() throws IOException {
        for (String name :
                List.of(
                        "a.jsonl",
                        "b.JSONL.ZSTD",
                        "c.json.gz",
                        "d.json.zst",
                        "e.ndjson",
                        "f.txt.gzip",
                        "g.md",
                        "h.markdown.gz",
                        "i.text")) {
            write(name, LINE);
        }
        CorpusFiles found = CorpusFiles.list(List.of(folder));
        assertThat(found.files()).hasSize(9);
        assertThat(found.files().get(1).compression()).isEqualTo(Compression.ZSTD);
        assertThat(found.files().get(2).format()).isEqualTo(Format.JSON_LINES);
        assertThat(found.files().get(6).format()).isEqualTo(Format.TEXT);
        assertThat(found.passedOver()).isEmpty();
    }

    @Test
    void compressedJsonIsReadAsLines() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(LINE.repeat(3).getBytes(StandardCharsets.UTF_8));
        }
        Files.write(folder.resolve("c4-train.00000-of-01024.json.gz"), bytes.toByteArray());
        try (CorpusReader reader = CorpusReader.open(List.of(folder), ReaderOptions.defaults())) {
            assertThat(reader).toIterable().hasSize(3);
        }
    }

    @Test
    void skippedFilesAreCountedAndNamed() throws IOException {
        write("a.jsonl", LINE);
        write("b.orc", "x");
        write("c/d.jsonl.bz2", "x");
        write("settings.json", "{}");
        write(".hidden/e.jsonl", LINE);
        Files.createSymbolicLink(folder.resolve("gone.jsonl"), folder.resolve("nowhere.jsonl"));
        CorpusFiles found = CorpusFiles.list(List.of(folder));
        assertThat(found.files()).hasSize(1);
        assertThat(counts(found))
                .isEqualTo(
                        Map.of(
                                Reason.OTHER_KIND, 3L,
                                Reason.DANGLING_LINK, 1L,
                                Reason.HIDDEN, 1L));
        assertThat(found.passedOver().toString())
                .contains("3 of unsupported type (", "b.orc", "d.jsonl.bz2", "settings.json")
                .contains("1 dangling link (" + folder.resolve("gone.jsonl") + ")");
    }

    @Test
    void aFolderWithOnlyUnsupportedFilesIsRejectedWithTheirNames() throws IOException {
        write("b.orc", "x");
        assertThatThrownBy(() -> CorpusFiles.list(List.of(folder)))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("b.orc");
    }

    @Test
    void plainJsonIsReadIfNamed() throws IOException {
        write("lines.json", LINE);
        assertThat(CorpusFiles.list(List.of(folder.resolve("lines.json"))).files()).hasSize(1);
    }

    @Test
    void aNamedDanglingLinkIsRejected() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("a.txt"), folder.resolve("none.txt"));
        assertThatThrownBy(() -> CorpusFiles.list(List.of(link)))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("no such file");
    }

    @Test
    @Timeout(30)
    void pipesAndDevicesAreNeverOpened() throws Exception {
        write("a.jsonl", LINE);
        Path pipe = folder.resolve("p.jsonl");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        Path device = Files.createSymbolicLink(folder.resolve("zero.txt"), Path.of("/dev/zero"));
        assertThat(counts(CorpusFiles.list(List.of(folder))))
                .isEqualTo(Map.of(Reason.NOT_A_FILE, 2L));
        for (Path special : List.of(pipe, device)) {
            assertThatThrownBy(() -> CorpusFiles.list(List.of(special)))
                    .isInstanceOf(LimeException.class)
                    .hasMessageContaining("a pipe or device, expected a file");
        }
    }

    @Test
    void limeOutputBelowACorpusIsSkippedAndReported() throws IOException {
        write("a.jsonl", LINE);
        write("work/shards-linguistic-causal/.lock", "");
        write("work/shards-linguistic-causal/job.json", "{}");
        write("work/shards-linguistic-causal/shard-00000.documents.jsonl", LINE);
        write("runs/a/.lock", "1");
        write("runs/a/config.yaml", "");
        write("runs/a/metrics.jsonl", "{}");
        write("locked/.lock", "of another program");
        write("locked/b.jsonl", LINE);
        CorpusFiles found = CorpusFiles.list(List.of(folder));
        assertThat(found.files())
                .extracting(CorpusFile::path)
                .containsExactly(folder.resolve("a.jsonl"), folder.resolve("locked/b.jsonl"));
        assertThat(counts(found)).isEqualTo(Map.of(Reason.OWN_OUTPUT, 2L, Reason.HIDDEN, 1L));
        assertThatThrownBy(() -> CorpusFiles.list(List.of(folder.resolve("runs/a"))))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("is an output folder of LIME, not a corpus");
    }

    @Test
    void filesWithUnusualNamesAreReadOnceEach() throws IOException {
        for (String name : List.of("new\nline.jsonl", "[a]*?{b} #1.jsonl", "日本 e\u0301.JSONL")) {
            write(name, LINE);
        }
        Files.createSymbolicLink(
                folder.resolve("twice.jsonl"), folder.resolve("[a]*?{b} #1.jsonl"));
        assertThat(CorpusFiles.list(List.of(folder)).files()).hasSize(3);
    }

    private static Map<Reason, Long> counts(CorpusFiles found) {
        return found.passedOver().stream()
                .collect(Collectors.toMap(PassedOverFiles::reason, PassedOverFiles::count));
    }

    private void write(String name, String content) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }
}
