package org.limelm.core.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.limelm.core.LimeException;
import org.limelm.core.io.Sha256;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.core.tensorfile.DType;
import org.limelm.core.tensorfile.SafetensorsFile;
import org.limelm.core.tensorfile.SafetensorsWriter;
import org.limelm.core.tensorfile.TensorInfo;
import org.limelm.core.tensorfile.TensorSource;
import org.limelm.core.text.TaggedPieces;

class ShardTest {
    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(ints = {2, 256, 257, 65_536, 65_537, 1 << 20})
    void everyColumnIsReadAsItWasWritten(int vocabulary) {
        MetadataSchema schema = Shards.schema(2, 256, 257, 65_535);
        List<ShardDocument> documents =
                Shards.documents(new Random(1), schema, vocabulary, 3, 0, 70_000, 1);
        Path file = folder.resolve("a.safetensors");
        ShardEntry entry = ShardWriter.write(file, schema, vocabulary, documents);

        assertThat(entry.documents()).isEqualTo(4);
        assertThat(entry.tokens()).isEqualTo(70_004);
        try (Shard shard = Shard.open(file, schema, vocabulary)) {
            assertThat(shard.tokenCount()).isEqualTo(70_004);
            assertThat(shard.documentNames())
                    .isEqualTo(documents.stream().map(ShardDocument::name).toList());
            for (int d = 0; d < documents.size(); d++) {
                assertDocument(shard, d, documents.get(d).pieces());
            }
            assertThat(shard.verify()).isEqualTo(entry.bytes());
            assertThat(shard.documentOf(0)).isZero();
            assertThat(shard.documentOf(2)).isZero();
            assertThat(shard.documentOf(3)).isEqualTo(2);
            assertThat(shard.documentOf(70_003)).isEqualTo(3);
        }
    }

    @Test
    void namesOfShardsAreTheSameInEveryLocale() {
        Locale before = Locale.getDefault();
        try {
            for (String tag : List.of("ar-EG", "fa-IR", "mr-IN", "ne-NP", "tr-TR")) {
                Locale.setDefault(Locale.forLanguageTag(tag));
                assertThat(ShardWriter.fileName(12_345)).isEqualTo("shard-12345.safetensors");
            }
        } finally {
            Locale.setDefault(before);
        }
    }

    private static void assertDocument(Shard shard, int document, TaggedPieces expected) {
        long from = shard.documentStart(document);
        int n = (int) (shard.documentStart(document + 1) - from);
        int[] values = new int[n + 2];
        shard.readTokens(from, values, 1, n);
        assertThat(values).startsWith(0).endsWith(0);
        assertThat(Arrays.copyOfRange(values, 1, n + 1)).isEqualTo(expected.tokens());
        int[] column = new int[n];
        shard.readByteLengths(from, column, 0, n);
        assertThat(column).isEqualTo(expected.byteLengths());
        for (int f = 0; f < expected.tags().size(); f++) {
            shard.readTags(f, from, column, 0, n);
            assertThat(column).isEqualTo(expected.tags().get(f));
        }
    }

    @Test
    void theSameDocumentsGiveTheSameBytes() {
        List<ShardDocument> documents =
                Shards.documents(new Random(1), Shards.SCHEMA, Shards.VOCABULARY, 5, 9);
        Path file = folder.resolve("a.safetensors");
        ShardEntry first = ShardWriter.write(file, Shards.SCHEMA, Shards.VOCABULARY, documents);
        assertThat(ShardWriter.write(file, Shards.SCHEMA, Shards.VOCABULARY, documents))
                .isEqualTo(first);
        assertThat(first.sha256()).isEqualTo(Sha256.ofFile(file));
    }

    @Test
    void aShardWithoutDocumentsIsRead() {
        Path file = folder.resolve("a.safetensors");
        ShardWriter.write(file, Shards.SCHEMA, Shards.VOCABULARY, List.of());
        try (Shard shard = Shard.open(file, Shards.SCHEMA, Shards.VOCABULARY)) {
            assertThat(shard.documentCount()).isZero();
            assertThat(shard.tokenCount()).isZero();
            assertThat(shard.verify()).isZero();
        }
    }

    @Test
    void readingBeyondTheLastPieceIsRefused() {
        try (Shard shard = Shard.open(write(3, 4), Shards.SCHEMA, Shards.VOCABULARY)) {
            assertThatThrownBy(() -> shard.readTokens(5, new int[3], 0, 3))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> shard.readTokens(0, new int[3], 1, 3))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void aShardMayBeClosedTwiceAndIsNotReadAfterwards() {
        Shard shard = Shard.open(write(3, 4), Shards.SCHEMA, Shards.VOCABULARY);
        shard.close();
        shard.close();
        assertThatThrownBy(() -> shard.readTokens(0, new int[1], 0, 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("is closed");
    }

    @Test
    void invalidDocumentsAreNotWritten() {
        Path file = folder.resolve("a.safetensors");
        DocumentName name = new DocumentName("d7", "c.txt");
        MetadataSchema schema = Shards.schema(2);
        assertThatThrownBy(() -> write(file, schema, name, 100, 1, 0))
                .hasMessage("[document d7 (c.txt), piece 0] token id 100, expected 0 to 99");
        assertThatThrownBy(() -> write(file, schema, name, 99, 65_536, 0))
                .hasMessageContaining("byte length 65536, expected 0 to 65535");
        assertThatThrownBy(() -> write(file, schema, name, 99, 1, 2))
                .hasMessageContaining("f0 tag 2, expected 0 to 1");
        assertThatThrownBy(() -> write(file, Shards.schema(2, 2), name, 99, 1, 0))
                .hasMessageContaining("2 tag columns expected, found 1");
        assertThat(folder).isEmptyDirectory();
    }

    private static void write(
            Path file, MetadataSchema schema, DocumentName name, int token, int bytes, int tag) {
        TaggedPieces pieces =
                new TaggedPieces(new int[] {token}, new int[] {bytes}, List.of(new int[] {tag}));
        ShardWriter.write(file, schema, 100, List.of(new ShardDocument(name, pieces)));
    }

    @Test
    void anotherSchemaOrVocabularyIsRefused() {
        Path file = write(3);
        assertThatThrownBy(() -> Shard.open(file, Shards.schema(5), Shards.VOCABULARY))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("written with another metadata schema");
        assertThatThrownBy(() -> Shard.open(file, Shards.SCHEMA, 101))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("written with a vocabulary of 100, expected 101");
    }

    @Test
    void anotherSafetensorsFileIsRefused() {
        Path file = folder.resolve("model.safetensors");
        SafetensorsWriter.write(file, Map.of(), List.of());
        assertThatThrownBy(() -> Shard.open(file, Shards.SCHEMA, Shards.VOCABULARY))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("its format is '', expected 'lime-shard'");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "format_version | 2   | format version 2 is newer than 1",
                "format_version | 0   | format version 0 does not exist",
                "format_version | x   | metadata 'format_version' is 'x', expected a number",
            })
    void anUnknownVersionIsRejectedByName(String key, String value, String message) {
        Path file = rewrite(write(3), Map.of(key, value), Map.of());
        assertThatThrownBy(() -> Shard.open(file, Shards.SCHEMA, Shards.VOCABULARY))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(message);
    }

    @Test
    void columnsOfAnotherLengthOrTypeAreRefused() {
        Path file = rewrite(write(3), Map.of(), Map.of("meta.f0", u8(0, 0)));
        assertThatThrownBy(() -> Shard.open(file, Shards.SCHEMA, Shards.VOCABULARY))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("column 'meta.f0' is U8[2], expected U8[3]");
        rewrite(write(3), Map.of(), Map.of("tokens", u8(0, 0, 0)));
        assertThatThrownBy(() -> Shard.open(file, Shards.SCHEMA, Shards.VOCABULARY))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("column 'tokens' is U8[3], expected U16[3]");
    }

    @Test
    void documentStartsThatDecreaseOrDoNotBeginAtZeroAreRejected() {
        Path file = rewrite(write(3, 4), Map.of(), Map.of("document_starts", i64(0, 8, 7)));
        assertThatThrownBy(() -> Shard.open(file, Shards.SCHEMA, Shards.VOCABULARY))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("document 2 starts at piece 7, expected at least 8");
        rewrite(write(3, 4), Map.of(), Map.of("document_starts", i64(1, 3, 7)));
        assertThatThrownBy(() -> Shard.open(file, Shards.SCHEMA, Shards.VOCABULARY))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("document 0 starts at piece 1, expected exactly 0");
    }

    @Test
    void aValueOutOfRangeIsNeverReturned() {
        Path file = rewrite(write(1, 2), Map.of(), Map.of("meta.f0", u8(0, 4, 5)));
        try (Shard shard = Shard.open(file, Shards.SCHEMA, Shards.VOCABULARY)) {
            int[] tags = new int[3];
            shard.readTags(0, 0, tags, 0, 2);
            assertThatThrownBy(() -> shard.readTags(0, 1, tags, 0, 2))
                    .isInstanceOf(LimeException.class)
                    .hasMessageContaining("document 1] f0 tag 5 at piece 2, expected 0 to 4");
            assertThatThrownBy(shard::verify).isInstanceOf(LimeException.class);
        }
    }

    private Path write(int... lengths) {
        Path file = folder.resolve("a.safetensors");
        ShardWriter.write(
                file,
                Shards.SCHEMA,
                Shards.VOCABULARY,
                Shards.documents(new Random(1), Shards.SCHEMA, Shards.VOCABULARY, lengths));
        return file;
    }

    /** Writes the shard again with some of its metadata and tensors replaced. */
    private static Path rewrite(
            Path path, Map<String, String> metadata, Map<String, TensorSource> tensors) {
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            Map<String, String> newMetadata = new HashMap<>(file.metadata());
            newMetadata.putAll(metadata);
            List<TensorSource> newTensors = new ArrayList<>();
            for (TensorInfo tensor : file.tensors().values()) {
                ByteBuffer bytes = file.slice(tensor.name(), 0, (int) tensor.bytes());
                TensorSource old =
                        TensorSource.of(tensor.name(), tensor.dtype(), tensor.shape(), bytes);
                TensorSource replacement = tensors.getOrDefault(tensor.name(), old);
                newTensors.add(
                        new TensorSource(
                                tensor.name(),
                                replacement.dtype(),
                                replacement.shape(),
                                replacement.content()));
            }
            SafetensorsWriter.write(path, newMetadata, newTensors);
        }
        return path;
    }

    private static TensorSource u8(int... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length);
        for (int value : values) {
            bytes.put((byte) value);
        }
        return TensorSource.of("", DType.U8, List.of((long) values.length), bytes.flip());
    }

    private static TensorSource i64(long... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Long.BYTES);
        for (long value : values) {
            bytes.putLong(Long.reverseBytes(value));
        }
        return TensorSource.of("", DType.I64, List.of((long) values.length), bytes.flip());
    }
}
