package org.limelm.core.tensorfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;
import org.limelm.core.LimeException;

/** Whatever a file contains, it is either rejected with a message or entirely readable. */
class SafetensorsFuzzTest {
    private Path file = Path.of("");

    @BeforeProperty
    void createFile() throws IOException {
        file = Files.createTempFile("fuzz", ".safetensors");
    }

    @AfterProperty
    void deleteFile() throws IOException {
        Files.delete(file);
    }

    @Property(tries = 500)
    void randomBytesAreRejectedOrValid(@ForAll byte @Size(max = 200) [] bytes) throws IOException {
        openOrReject(bytes);
    }

    @Property(tries = 500)
    void randomHeadersAfterAMatchingLengthAreRejectedOrValid(
            @ForAll byte @Size(max = 200) [] header, @ForAll @IntRange(max = 16) int dataBytes)
            throws IOException {
        openOrReject(
                ByteBuffer.allocate(Long.BYTES + header.length + dataBytes)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(header.length)
                        .put(header)
                        .array());
    }

    @Property(tries = 2000)
    void headersWithOddNumbersAreRejectedOrValid(
            @ForAll("headers") String header, @ForAll @IntRange(max = 16) int dataBytes)
            throws IOException {
        openOrReject(SafetensorsFileTest.file(header, dataBytes));
    }

    @Property(tries = 1000)
    void validFilesWithAFewBytesChangedAreRejectedOrValid(
            @ForAll("sources") List<TensorSource> sources,
            @ForAll @Size(min = 1, max = 3) List<Integer> places,
            @ForAll byte value)
            throws IOException {
        SafetensorsWriter.write(file, Map.of("a", "b"), sources);
        byte[] bytes = Files.readAllBytes(file);
        for (int place : places) {
            bytes[Math.floorMod(place, bytes.length)] ^= value;
        }
        openOrReject(bytes);
    }

    @Property(tries = 200)
    void writtenTensorsAreReadBackEqual(@ForAll("sources") List<TensorSource> sources) {
        SafetensorsWriter.write(file, Map.of(), sources);
        try (SafetensorsFile read = SafetensorsFile.open(file)) {
            assertThat(read.tensors()).hasSize(sources.size());
            for (TensorSource source : sources) {
                TensorInfo tensor = read.tensor(source.name());
                assertThat(tensor.dtype()).isEqualTo(source.dtype());
                assertThat(tensor.shape()).isEqualTo(source.shape());
                assertThat(tensor.offset() % tensor.dtype().bytes()).isZero();
                ByteBuffer bytes = read.slice(tensor, 0, (int) tensor.bytes());
                assertThat(bytes).isEqualTo(pattern(source.name(), (int) tensor.bytes()));
            }
        }
    }

    private void openOrReject(byte[] bytes) throws IOException {
        Files.write(file, bytes);
        try (SafetensorsFile read = SafetensorsFile.open(file)) {
            long reachable = 0;
            for (TensorInfo tensor : read.tensors().values()) {
                reachable += read.slice(tensor, 0, (int) tensor.bytes()).remaining();
            }
            long header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
            assertThat(reachable).isEqualTo(bytes.length - Long.BYTES - header);
        } catch (LimeException refused) {
            assertThat(refused).hasMessageStartingWith("[" + file + "] ");
        }
    }

    @Provide
    Arbitrary<String> headers() {
        Arbitrary<String> numbers =
                Arbitraries.oneOf(
                        Arbitraries.integers().between(0, 16).map(String::valueOf),
                        Arbitraries.of(
                                "-1",
                                "4294967296",
                                "9223372036854775807",
                                "9223372036854775808",
                                "1e2",
                                "null",
                                "\"1\"",
                                "[]"));
        Arbitrary<String> lists =
                numbers.list().ofMaxSize(3).map(list -> "[" + String.join(",", list) + "]");
        Arbitrary<String> tensors =
                Combinators.combine(
                                Arbitraries.of("a", "b", "__metadata__", "", "\\ud800"),
                                Arbitraries.of("U8", "U16", "I64", "", "F8"),
                                lists,
                                lists)
                        .as(
                                "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":%s}"
                                        ::formatted);
        return tensors.list().ofMaxSize(3).map(list -> "{" + String.join(",", list) + "}");
    }

    @Provide
    Arbitrary<List<TensorSource>> sources() {
        Arbitrary<List<Long>> shapes =
                Arbitraries.longs().between(0, 3).list().ofMaxSize(3).map(ArrayList::new);
        return Combinators.combine(
                        Arbitraries.strings().alpha().ofLength(4),
                        Arbitraries.of(DType.class),
                        shapes)
                .as(SafetensorsFuzzTest::source)
                .list()
                .uniqueElements(TensorSource::name)
                .ofMaxSize(5);
    }

    private static TensorSource source(String name, DType dtype, List<Long> shape) {
        long bytes =
                LongStream.concat(
                                LongStream.of(dtype.bytes()),
                                shape.stream().mapToLong(Long::longValue))
                        .reduce(1, (a, b) -> a * b);
        return TensorSource.of(name, dtype, shape, pattern(name, (int) bytes));
    }

    private static ByteBuffer pattern(String name, int bytes) {
        ByteBuffer pattern = ByteBuffer.allocate(bytes);
        for (int i = 0; i < bytes; i++) {
            pattern.put((byte) (name.hashCode() + i));
        }
        return pattern.flip();
    }
}
