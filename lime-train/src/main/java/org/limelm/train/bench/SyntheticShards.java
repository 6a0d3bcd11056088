package org.limelm.train.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.core.shard.DocumentName;
import org.limelm.core.shard.ShardDocument;
import org.limelm.core.shard.ShardEntry;
import org.limelm.core.shard.ShardManifest;
import org.limelm.core.shard.ShardWriter;
import org.limelm.core.shard.TokenizerInfo;
import org.limelm.core.text.Alignment;
import org.limelm.core.text.TaggedPieces;

/**
 * Writes shards of random tokens and tags, in documents of {@value #SHORTEST} to {@value #LONGEST}
 * tokens, to measure loading.
 */
final class SyntheticShards {
    private static final int SHORTEST = 50;
    private static final int LONGEST = 1500;
    private static final int TOKENS_PER_SHARD = 1 << 20;
    private static final int BYTES_PER_TOKEN = 4;

    private SyntheticShards() {}

    /**
     * Writes shards into an empty folder.
     *
     * @param tokens minimum number of tokens
     */
    static void write(Path folder, MetadataSchema schema, int vocabularySize, long tokens) {
        Random random = new Random(0);
        List<ShardEntry> shards = new ArrayList<>();
        for (long written = 0; written < tokens; ) {
            ShardEntry shard =
                    ShardWriter.write(
                            folder.resolve(ShardWriter.fileName(shards.size())),
                            schema,
                            vocabularySize,
                            documents(
                                    (int) Math.min(TOKENS_PER_SHARD, tokens - written),
                                    schema,
                                    vocabularySize,
                                    random));
            written += shard.tokens();
            shards.add(shard);
        }
        ShardManifest.of(
                        schema,
                        AnnotationMode.CAUSAL,
                        Alignment.LINGUISTIC,
                        new TokenizerInfo("0".repeat(64), vocabularySize, vocabularySize - 1),
                        "random",
                        Map.of(),
                        shards)
                .write(folder);
    }

    private static List<ShardDocument> documents(
            int tokens, MetadataSchema schema, int vocabularySize, Random random) {
        List<ShardDocument> documents = new ArrayList<>();
        for (int written = 0; written < tokens; ) {
            int size = SHORTEST + random.nextInt(LONGEST - SHORTEST + 1);
            TaggedPieces pieces =
                    new TaggedPieces(
                            column(random, size, vocabularySize),
                            column(random, size, 2 * BYTES_PER_TOKEN),
                            schema.features().stream()
                                    .map(feature -> column(random, size, feature.size()))
                                    .toList());
            DocumentName name = new DocumentName(Integer.toString(documents.size()), "random");
            documents.add(new ShardDocument(name, pieces));
            written += size;
        }
        return documents;
    }

    private static int[] column(Random random, int size, int bound) {
        return random.ints(size, 0, bound).toArray();
    }
}
