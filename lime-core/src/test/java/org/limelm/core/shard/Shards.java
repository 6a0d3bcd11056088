package org.limelm.core.shard;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.metadata.Feature;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.core.text.Alignment;
import org.limelm.core.text.TaggedPieces;

/** Random documents and prepared folders for tests. */
final class Shards {
    static final int VOCABULARY = 100;
    static final MetadataSchema SCHEMA = schema(5, 300);

    private Shards() {}

    /** Returns a schema of features with the given numbers of tags: {@code f0}, {@code f1} … */
    static MetadataSchema schema(int... sizes) {
        List<Feature> features = new ArrayList<>();
        for (int size : sizes) {
            Stream<String> tags = IntStream.range(1, size).mapToObj(i -> "T" + i);
            features.add(
                    new Feature(
                            "f" + features.size(),
                            Stream.concat(Stream.of(Feature.NONE), tags).toList()));
        }
        return new MetadataSchema(features);
    }

    static List<ShardDocument> documents(
            Random random, MetadataSchema schema, int vocabulary, int... lengths) {
        List<ShardDocument> documents = new ArrayList<>();
        for (int length : lengths) {
            int[] tokens = random.ints(length, 0, vocabulary).toArray();
            int[] bytes = random.ints(length, 0, 1 << 16).toArray();
            List<int[]> tags =
                    schema.features().stream()
                            .map(f -> random.ints(length, 0, f.size()).toArray())
                            .toList();
            int number = documents.size();
            documents.add(
                    new ShardDocument(
                            new DocumentName("d" + number, "corpus.jsonl:" + (number + 1)),
                            new TaggedPieces(tokens, bytes, tags)));
        }
        return documents;
    }

    /** Writes a prepared folder with one shard per row of document lengths. */
    static ShardManifest write(Path folder, int[]... lengthsPerShard) {
        List<ShardEntry> entries = new ArrayList<>();
        Random random = new Random(1);
        for (int[] lengths : lengthsPerShard) {
            entries.add(
                    ShardWriter.write(
                            folder.resolve(ShardWriter.fileName(entries.size())),
                            SCHEMA,
                            VOCABULARY,
                            documents(random, SCHEMA, VOCABULARY, lengths)));
        }
        ShardManifest manifest =
                ShardManifest.of(
                        SCHEMA,
                        AnnotationMode.CAUSAL,
                        Alignment.LINGUISTIC,
                        new TokenizerInfo("aa", VOCABULARY, 0),
                        "test",
                        Map.of("lime", "test"),
                        entries);
        manifest.write(folder);
        return manifest;
    }
}
