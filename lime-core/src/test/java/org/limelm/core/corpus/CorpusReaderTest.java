package org.limelm.core.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.core.ConfigException;
import org.limelm.core.LimeException;
import org.limelm.core.text.Document;

class CorpusReaderTest {
    @TempDir Path folder;
    private CorpusFolder corpus;

    @BeforeEach
    void createCorpus() {
        corpus = new CorpusFolder(folder);
    }

    @Test
    void foldersAreReadInTheOrderOfTheirNames() throws IOException {
        corpus.write("b/2.txt", "two\r\n");
        corpus.write("b/10.TXT", "ten");
        corpus.write("a ü/x.jsonl", "{\"id\":\"x1\",\"text\":\"one\"}\n{\"text\":\"no id\"}");
        corpus.write("b/.hidden/y.txt", "hidden");
        corpus.write("b/notes.pdf", "unsupported");
        assertThat(CorpusFolder.read(CorpusFolder.TOLERANT, folder))
                .containsExactly(
                        new Document("x1", "one", corpus.at("a ü/x.jsonl:1")),
                        new Document(
                                corpus.at("a ü/x.jsonl:2"), "no id", corpus.at("a ü/x.jsonl:2")),
                        new Document("10.TXT", "ten", corpus.at("b/10.TXT")),
                        new Document("2.txt", "two\r\n", corpus.at("b/2.txt")));
    }

    @Test
    void optionsOutOfRangeAreErrorsOfTheConfiguration() {
        ReaderOptions options = ReaderOptions.defaults();
        for (double fraction : new double[] {-0.1, 1.5, Double.NaN}) {
            assertThatThrownBy(() -> options.withMaxBadFraction(fraction))
                    .isInstanceOf(ConfigException.class)
                    .hasMessage("[reader] maxBadFraction is " + fraction + ", expected 0 to 1");
        }
        assertThatThrownBy(() -> options.withMaxDocumentBytes(0))
                .isInstanceOf(ConfigException.class);
        assertThatThrownBy(() -> options.withMaxCompressionRatio(0))
                .isInstanceOf(ConfigException.class);
        assertThatThrownBy(() -> options.withFields(List.of("a", "a")))
                .isInstanceOf(ConfigException.class);
    }

    @Test
    void textAndIdMayBeInOtherFields() throws IOException {
        corpus.write(
                "a.jsonl", "{\"meta\":{\"a\":[1,{\"b\":2}]},\"body\":\"x\",\"key\":7,\"text\":3}");
        assertThat(
                        CorpusFolder.read(
                                ReaderOptions.defaults()
                                        .withTextField("body")
                                        .withIdField("key")
                                        .withMaxDocumentBytes(1000)
                                        .withMaxBadFraction(0),
                                folder))
                .containsExactly(new Document("7", "x", corpus.at("a.jsonl:1")));
    }

    @Test
    void aDocumentOfExactlyTheLimitIsRead() throws IOException {
        corpus.write("a.txt", "x".repeat(1000));
        String frame = "{\"text\":\"\"}";
        corpus.write(
                "b.jsonl",
                "{\"text\":\""
                        + "y".repeat(1000 - frame.length())
                        + "\"}\n"
                        + "{\"text\":\""
                        + "z".repeat(1001 - frame.length())
                        + "\"}\n");
        try (CorpusReader reader = CorpusReader.open(List.of(folder), CorpusFolder.TOLERANT)) {
            assertThat(reader.next())
                    .isEqualTo(new Document("a.txt", "x".repeat(1000), corpus.at("a.txt")));
            assertThat(reader.next().text()).hasSize(1000 - frame.length());
            assertThat(reader.hasNext()).isFalse();
            assertThat(reader.quarantine().counts())
                    .isEqualTo(Map.of(QuarantineReason.TOO_LARGE, 1L));
        }
    }

    @Test
    void emptyFilesAndCorporaAreReported() throws IOException {
        assertThatThrownBy(() -> CorpusFolder.read(CorpusFolder.TOLERANT, folder))
                .isInstanceOf(LimeException.class)
                .hasMessageStartingWith("[corpus] no files in");
        corpus.write("a.jsonl", "");
        corpus.write("b.txt", "");
        try (CorpusReader reader = CorpusReader.open(List.of(folder), CorpusFolder.TOLERANT)) {
            assertThat(reader.hasNext()).isFalse();
            assertThat(reader.quarantine().counts())
                    .isEqualTo(Map.of(QuarantineReason.EMPTY_TEXT, 1L));
        }
    }

    @Test
    void missingPathsAndUnsupportedTypesAreRejected() throws IOException {
        assertThatThrownBy(() -> CorpusFolder.read(CorpusFolder.TOLERANT, folder.resolve("no.txt")))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("no such file");
        assertThatThrownBy(
                        () -> CorpusFolder.read(CorpusFolder.TOLERANT, folder.resolve("nowhere")))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("no such file");
        corpus.write("a.pdf", "x");
        assertThatThrownBy(() -> CorpusFolder.read(CorpusFolder.TOLERANT, folder.resolve("a.pdf")))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("not a corpus file, expected .txt, .md, .jsonl");
    }

    @Test
    void linksInALoopAreRejectedAndAFileFoundTwiceIsReadOnce() throws IOException {
        corpus.write("a/x.txt", "x");
        Files.createSymbolicLink(folder.resolve("a/y.txt"), folder.resolve("a/x.txt"));
        assertThat(CorpusFolder.read(CorpusFolder.TOLERANT, folder, folder.resolve("a/x.txt")))
                .hasSize(1);
        Files.createSymbolicLink(folder.resolve("a/loop"), folder);
        assertThatThrownBy(() -> CorpusFolder.read(CorpusFolder.TOLERANT, folder))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("its symbolic links form a loop");
    }

    @Test
    void progressEndsAtTheSizeOfTheFiles() throws IOException {
        Files.write(
                folder.resolve("a.jsonl.gz"),
                CorpusFolder.gzip(CorpusFolder.utf8("{\"text\":\"a\"}\n".repeat(100))));
        corpus.write("b.txt", "text");
        try (CorpusReader reader = CorpusReader.open(List.of(folder), CorpusFolder.TOLERANT)) {
            assertThat(reader.progress().fraction()).isZero();
            reader.forEachRemaining(document -> {});
            assertThat(reader.progress().bytesRead()).isEqualTo(reader.progress().totalBytes());
        }
    }
}
