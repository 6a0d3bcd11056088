package org.limelm.core.shard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;
import org.limelm.core.LimeException;
import org.limelm.core.metadata.MetadataSchema;

class ShardRoundTripTest {
    private Path folder = Path.of("");

    @BeforeProperty
    void createFolder() throws IOException {
        folder = Files.createTempDirectory("shards");
    }

    @AfterProperty
    void deleteFolder() throws IOException {
        try (var files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    @Property(tries = 100)
    void documentsOfAnyShapeAreReadBackEqual(
            @ForAll @Size(max = 6) List<@IntRange(max = 40) Integer> lengths,
            @ForAll @Size(max = 3) List<@IntRange(min = 1, max = 600) Integer> tagSets,
            @ForAll @IntRange(min = 1, max = 70_000) int vocabulary,
            @ForAll long seed) {
        MetadataSchema schema = Shards.schema(toArray(tagSets));
        List<ShardDocument> documents =
                Shards.documents(new Random(seed), schema, vocabulary, toArray(lengths));
        Path file = folder.resolve("a.safetensors");
        ShardWriter.write(file, schema, vocabulary, documents);
        try (Shard shard = Shard.open(file, schema, vocabulary)) {
            assertThat(shard.documentCount()).isEqualTo(documents.size());
            for (int d = 0; d < documents.size(); d++) {
                assertColumns(shard, d, documents.get(d));
            }
        }
    }

    private static void assertColumns(Shard shard, int number, ShardDocument document) {
        long from = shard.documentStart(number);
        int n = document.pieces().size();
        assertThat(shard.documentStart(number + 1) - from).isEqualTo(n);
        int[] column = new int[n];
        shard.readTokens(from, column, 0, n);
        assertThat(column).isEqualTo(document.pieces().tokens());
        shard.readByteLengths(from, column, 0, n);
        assertThat(column).isEqualTo(document.pieces().byteLengths());
        for (int f = 0; f < document.pieces().tags().size(); f++) {
            shard.readTags(f, from, column, 0, n);
            assertThat(column).isEqualTo(document.pieces().tags().get(f));
        }
    }

    @Property(tries = 500)
    void aShardWithAChangedByteIsRejectedOrReadSafely(@ForAll int place, @ForAll byte value)
            throws IOException {
        Path file = folder.resolve("a.safetensors");
        ShardWriter.write(
                file,
                Shards.SCHEMA,
                Shards.VOCABULARY,
                Shards.documents(new Random(1), Shards.SCHEMA, Shards.VOCABULARY, 3, 5));
        byte[] bytes = Files.readAllBytes(file);
        bytes[Math.floorMod(place, bytes.length)] ^= value;
        Files.write(file, bytes);
        try (Shard shard = Shard.open(file, Shards.SCHEMA, Shards.VOCABULARY)) {
            shard.verify();
        } catch (LimeException refused) {
            assertThat(refused).hasMessageStartingWith("[" + file);
        }
    }

    private static int[] toArray(List<Integer> values) {
        return values.stream().mapToInt(Integer::intValue).toArray();
    }
}
