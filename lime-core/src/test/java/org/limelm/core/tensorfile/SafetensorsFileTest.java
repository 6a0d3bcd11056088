package org.limelm.core.tensorfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.limelm.core.LimeException;
import org.limelm.core.io.Sha256;

class SafetensorsFileTest {
    @TempDir Path folder;

    @Test
    void tensorsAndMetadataAreReadAsTheyWereWritten() {
        Path file = folder.resolve("a.safetensors");
        ByteBuffer bytes = ByteBuffer.wrap(new byte[] {1, 2, 3});
        String sha256 =
                SafetensorsWriter.write(
                        file,
                        Map.of("é", "\"quoted\"\n"),
                        List.of(
                                TensorSource.of("bytes", DType.U8, List.of(3L), bytes),
                                TensorSource.of("empty", List.of(0L, 7L), new float[0]),
                                TensorSource.of("scalar", List.of(), new float[] {7}),
                                TensorSource.of(
                                        "matrix", List.of(2L, 2L), new float[] {1, -2, 3, 4})));
        assertThat(sha256).isEqualTo(Sha256.ofFile(file));
        try (SafetensorsFile read = SafetensorsFile.open(file)) {
            assertThat(read.metadata()).isEqualTo(Map.of("é", "\"quoted\"\n"));
            assertThat(read.tensors().keySet())
                    .as("aligned: by decreasing element size")
                    .containsExactly("empty", "scalar", "matrix", "bytes");
            assertThat(read.tensor("matrix"))
                    .isEqualTo(new TensorInfo("matrix", DType.F32, List.of(2L, 2L), 4, 16));
            ByteBuffer half = read.slice("matrix", 4, 8);
            assertThat(half.getFloat()).isEqualTo(-2);
            assertThat(half.getFloat()).isEqualTo(3);
            assertThat(half.hasRemaining()).isFalse();
            assertThat(read.slice("empty", 0, 0).hasRemaining()).isFalse();
            assertThat(read.slice("bytes", 2, 1).get()).isEqualTo((byte) 3);
            assertThatThrownBy(() -> read.slice("bytes", 2, 2))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> read.slice("bytes", -1, 1))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> read.slice("bytes", 0, 1).put((byte) 0))
                    .isInstanceOf(ReadOnlyBufferException.class);
            assertThatThrownBy(() -> read.slice("nothing", 0, 0))
                    .isInstanceOf(LimeException.class)
                    .hasMessageContaining("no tensor 'nothing'");
        }
    }

    @Test
    void aSliceMayCrossSegmentsOfTheMap() {
        Path file = folder.resolve("a.safetensors");
        byte[] values = new byte[5000];
        for (int i = 0; i < values.length; i++) {
            values[i] = (byte) (i * 31);
        }
        SafetensorsWriter.write(
                file,
                Map.of(),
                List.of(TensorSource.of("t", DType.U8, List.of(5000L), ByteBuffer.wrap(values))));
        try (SafetensorsFile read = SafetensorsFile.open(file, 64)) {
            for (int from = 0; from <= values.length - 64; from += 7) {
                for (int count : new int[] {1, 63, 64}) {
                    assertThat(read.slice("t", from, count))
                            .isEqualTo(ByteBuffer.wrap(values, from, count));
                }
            }
            assertThatThrownBy(() -> read.slice("t", 0, 65))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void aTensorBeyondTwoGibibytesIsReadAtItsEnd() throws IOException {
        long elements = (3L << 30) / Long.BYTES + 1;
        String header =
                "{\"t\":{\"dtype\":\"I64\",\"shape\":[%d],\"data_offsets\":[0,%d]}}"
                        .formatted(elements, elements * Long.BYTES);
        Path path = folder.resolve("large.safetensors");
        try (FileChannel channel =
                FileChannel.open(
                        path,
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.SPARSE,
                        StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(file(header, 0)));
            ByteBuffer last = ByteBuffer.wrap(new byte[] {5, 0, 0, 0, 0, 0, 0, 0});
            channel.write(last, Long.BYTES + header.length() + (elements - 1) * Long.BYTES);
        }
        try (SafetensorsFile read = SafetensorsFile.open(path)) {
            assertThat(read.slice("t", (elements - 1) * Long.BYTES, Long.BYTES).getLong())
                    .isEqualTo(5);
            assertThat(read.slice("t", (1L << 31) - 4, Long.BYTES).getLong()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{                                                                             | not valid JSON",
                "[]                                                                            | the header is START_ARRAY, expected START_OBJECT",
                "{} {}                                                                         | unexpected content after",
                "{\"a\":3}                                                                     | a is VALUE_NUMBER_INT, expected START_OBJECT",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[4]}}                                      | 'a' needs dtype, shape and two data_offsets",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0]}}                 | 'a' needs dtype, shape and two data_offsets",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4],\"x\":1}}       | 'a' has an unknown key 'x'",
                "{\"a\":{\"dtype\":\"U9\",\"shape\":[4],\"data_offsets\":[0,4]}}               | 'a' has unknown dtype 'U9'",
                "{\"a\":{\"dtype\":\"U16\",\"shape\":[4],\"data_offsets\":[0,4]}}              | 'a' is U16[4] = 8 bytes, but its data_offsets [0, 4] span 4",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[4,0]}}               | span -4",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[4.0],\"data_offsets\":[0,4]}}             | a.shape is VALUE_NUMBER_FLOAT",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[-4],\"data_offsets\":[0,4]}}              | a.shape holds the negative number -4",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,4]}} | 'a' overflows",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[99999999999999999999],\"data_offsets\":[0,4]}}  | not valid JSON",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[1,4]}}               | a gap before tensor 'a': it begins at byte 1, expected 0",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[0,3]},\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[2,4]}} | an overlap before tensor 'b'",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[0,3]}}               | the tensors take 3 bytes, but 4 follow the header",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[5],\"data_offsets\":[0,5]}}               | the tensors take 5 bytes, but 4 follow the header",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}} | Duplicate field 'a'",
                "{\"__metadata__\":{\"x\":1}}                                                  | __metadata__.x is VALUE_NUMBER_INT",
            })
    void aHeaderThatViolatesTheFormatIsRejected(String header, String message) throws IOException {
        Path path = write(file(header, 4));
        assertThatThrownBy(() -> SafetensorsFile.open(path))
                .isInstanceOf(LimeException.class)
                .hasMessageStartingWith("[" + path + "] ")
                .hasMessageContaining(message)
                .hasMessageEndingWith("Hint: the file is truncated, damaged, or not safetensors");
    }

    @ParameterizedTest
    @CsvSource({
        "-1, 'header length 18446744073709551615, at most 100000000 allowed'",
        "100000001, 'header length 100000001, at most 100000000 allowed'",
        "3, 'header length 3 exceeds the file''s 10 bytes'"
    })
    void anImpossibleHeaderLengthIsRejected(long length, String message) throws IOException {
        byte[] bytes =
                ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array();
        Path path = write(bytes);
        assertThatThrownBy(() -> SafetensorsFile.open(path))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining(message);
    }

    @Test
    void aFileTruncatedAtAnyByteIsRejected() throws IOException {
        Path whole = folder.resolve("whole.safetensors");
        SafetensorsWriter.write(
                whole, Map.of("k", "v"), List.of(TensorSource.of("t", List.of(2L), new float[2])));
        byte[] bytes = Files.readAllBytes(whole);
        for (int length = 0; length < bytes.length; length++) {
            Path cut = write(Arrays.copyOf(bytes, length));
            assertThatThrownBy(() -> SafetensorsFile.open(cut))
                    .as("cut at %d", length)
                    .isInstanceOf(LimeException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {7, 9})
    void aSourceThatWritesAnotherLengthIsABugAndLeavesNoFile(int count) {
        Path file = folder.resolve("a.safetensors");
        TensorSource source =
                new TensorSource(
                        "t",
                        DType.U8,
                        List.of(8L),
                        channel -> channel.write(ByteBuffer.allocate(count)));
        assertThatThrownBy(() -> SafetensorsWriter.write(file, Map.of(), List.of(source)))
                .isInstanceOf(IllegalStateException.class);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aDuplicateNameIsNotWritten() {
        TensorSource source = TensorSource.of("t", List.of(0L), new float[0]);
        assertThatThrownBy(
                        () ->
                                SafetensorsWriter.write(
                                        folder.resolve("a"), Map.of(), List.of(source, source)))
                .hasMessageContaining("'t' is reserved or duplicated");
    }

    private Path write(byte[] bytes) throws IOException {
        Path path = folder.resolve("a.safetensors");
        Files.write(path, bytes);
        return path;
    }

    /** Returns a file with this header and the given number of data bytes. */
    static byte[] file(String header, int dataBytes) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(Long.BYTES + json.length + dataBytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .put(json)
                .array();
    }
}
