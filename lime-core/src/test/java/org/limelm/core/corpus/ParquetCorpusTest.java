package org.limelm.core.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.limelm.core.LimeException;
import org.limelm.core.text.Document;
import org.limelm.core.text.LabelledSpan;

/**
 * Parquet files that pyarrow 26 wrote, by make_parquet.py beside them: 40 rows in three row groups,
 * in every compression, with dictionaries and without, in both versions of data pages.
 */
class ParquetCorpusTest {
    private static final ReaderOptions OPTIONS = CorpusFolder.TOLERANT;

    @TempDir Path folder;

    private Path copy(String name) throws IOException {
        Path file = folder.resolve(name);
        try (InputStream in = ParquetCorpusTest.class.getResourceAsStream(name)) {
            Files.copy(Objects.requireNonNull(in), file);
        }
        return file;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "zstd.parquet",
                "snappy.parquet",
                "gzip-v2.parquet",
                "lz4-checked.parquet",
                "plain-delta.parquet"
            })
    void everyRowIsADocument(String name) throws IOException {
        Path file = copy(name);
        ReaderOptions options =
                OPTIONS.withFields(
                        List.of("ents", "token_count", "metadata.language", "language_score"));
        try (CorpusReader reader = CorpusReader.open(List.of(file), options)) {
            List<Document> documents = new ArrayList<>();
            reader.forEachRemaining(documents::add);
            assertThat(documents).hasSize(38);
            assertThat(documents.get(0).id()).isEqualTo("<urn:uuid:0>");
            assertThat(documents.get(0).origin()).isEqualTo(file + ":1");
            assertThat(documents.get(2).text())
                    .isEqualTo("Emoji 😀 and a company, IBM, behind it.");
            assertThat(documents.get(37).text())
                    .isEqualTo("Document 39 of many, which differ in their number only.");
            assertThat(documents.get(37).origin()).isEqualTo(file + ":40");
            assertThat(documents.get(1).fields().spans("ents"))
                    .containsExactly(new LabelledSpan(18, 22, "GPE"));
            Document emoji = documents.get(2);
            LabelledSpan company = emoji.fields().spans("ents").get(0);
            assertThat(emoji.text().substring(company.start(), company.end())).isEqualTo("IBM");
            assertThat(documents.get(0).fields().values())
                    .isEqualTo(
                            Map.of(
                                    "token_count", "7",
                                    "metadata.language", "en",
                                    "language_score", "0.5"));
            assertThat(documents.get(1).fields().value("metadata.language")).isEmpty();
            assertThat(reader.quarantine().listed())
                    .extracting(QuarantinedRecord::origin, QuarantinedRecord::reason)
                    .containsExactly(
                            org.assertj.core.groups.Tuple.tuple(
                                    file + ":3", QuarantineReason.TEXT_NOT_A_STRING),
                            org.assertj.core.groups.Tuple.tuple(
                                    file + ":5", QuarantineReason.EMPTY_TEXT));
            assertThat(reader.progress().fraction()).isEqualTo(1);
        }
    }

    @Test
    void anotherColumnCanHoldTheText() throws IOException {
        List<Document> documents =
                CorpusFolder.read(OPTIONS.withTextField("dump"), copy("zstd.parquet"));
        assertThat(documents).hasSize(40).allMatch(d -> d.text().equals("CC-MAIN-2013-20"));
    }

    @Test
    void aMissingColumnIsNamedWithTheColumnsThatExist() throws IOException {
        Path file = copy("zstd.parquet");
        assertThatThrownBy(() -> CorpusFolder.read(OPTIONS.withTextField("content"), file))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(
                        "no column 'content'; its columns are text, id, dump, language_score")
                .hasMessageContaining("data.textField");
    }

    @Test
    void anUnsupportedCompressionIsNamed() throws IOException {
        Path file = copy("brotli.parquet");
        assertThatThrownBy(() -> CorpusFolder.read(OPTIONS, file))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("row group 0, column 'text'] compression BROTLI, expected");
    }

    @Test
    void damageIsNamedWithRowGroupColumnAndPage() throws IOException {
        Path file = copy("lz4-checked.parquet");
        byte[] bytes = Files.readAllBytes(file);
        bytes[200] ^= 1; // in the first page of the texts
        Files.write(file, bytes);
        assertThatThrownBy(() -> CorpusFolder.read(OPTIONS, file))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining(": row group 0, column 'text'] damaged: page 1");
    }

    @Test
    void everyTruncationIsAnError() throws IOException {
        byte[] whole = Files.readAllBytes(copy("zstd.parquet"));
        Path cut = folder.resolve("cut.parquet");
        for (int length = 0; length < whole.length; length += 97) {
            Files.write(cut, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> CorpusFolder.read(OPTIONS, cut))
                    .isInstanceOf(LimeException.class)
                    .hasMessageContaining("not a complete parquet file");
        }
    }

    @Test
    void noChangedByteIsFatal() throws IOException {
        byte[] whole = Files.readAllBytes(copy("zstd.parquet"));
        Path changed = folder.resolve("changed.parquet");
        for (int at = 4; at < whole.length; at += 13) {
            byte[] bytes = whole.clone();
            bytes[at] ^= (byte) (1 + at % 255);
            Files.write(changed, bytes);
            try {
                assertThat(CorpusFolder.read(OPTIONS, changed)).hasSizeLessThanOrEqualTo(40);
            } catch (LimeException e) {
                assertThat(e).hasMessageContaining("changed.parquet");
            }
        }
    }
}
