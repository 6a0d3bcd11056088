package org.limelm.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.metadata.Feature;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.core.shard.DocumentName;
import org.limelm.core.shard.ShardDocument;
import org.limelm.core.shard.ShardEntry;
import org.limelm.core.shard.ShardManifest;
import org.limelm.core.shard.ShardWriter;
import org.limelm.core.shard.TokenizerInfo;
import org.limelm.core.text.Alignment;
import org.limelm.core.text.TaggedPieces;
import org.limelm.model.decoder.Activation;
import org.limelm.model.decoder.InitConfig;
import org.limelm.model.decoder.MetadataConfig;
import org.limelm.model.decoder.ModelConfig;
import org.limelm.model.decoder.Recompute;
import org.limelm.model.device.Precision;
import org.limelm.train.arm.Arm;
import org.limelm.train.config.CheckpointConfig;
import org.limelm.train.config.DataConfig;
import org.limelm.train.config.DistributedConfig;
import org.limelm.train.config.EvaluationConfig;
import org.limelm.train.config.LoggingConfig;
import org.limelm.train.config.OptimizerConfig;
import org.limelm.train.config.RunConfig;
import org.limelm.train.config.RunFolderConfig;
import org.limelm.train.config.ScheduleConfig;
import org.limelm.train.config.TokenBudget;
import org.limelm.train.config.TrainingConfig;

/** Small corpora of bytes, their shards, and runs that take seconds. */
public final class TestCorpus {
    public static final int END_OF_TEXT = 256;
    public static final int VOCABULARY = 257;
    public static final int CONTEXT = 16;

    public static final MetadataSchema SCHEMA =
            new MetadataSchema(
                    List.of(
                            new Feature("pos", List.of("NONE", "LETTER", "DIGIT", "OTHER")),
                            new Feature("ner", List.of("NONE", "CAPITAL"))));

    private TestCorpus() {}

    /** Returns a document of one piece per byte, tagged by what kind of byte it is. */
    public static TaggedPieces document(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int[] tokens = new int[bytes.length + 1];
        int[] lengths = new int[tokens.length];
        int[] pos = new int[tokens.length];
        int[] ner = new int[tokens.length];
        for (int i = 0; i < bytes.length; i++) {
            tokens[i] = bytes[i] & 0xFF;
            lengths[i] = 1;
            pos[i] = Character.isLetter(bytes[i]) ? 1 : Character.isDigit(bytes[i]) ? 2 : 3;
            ner[i] = Character.isUpperCase(bytes[i]) ? 1 : 0;
        }
        tokens[bytes.length] = END_OF_TEXT;
        return new TaggedPieces(tokens, lengths, List.of(pos, ner));
    }

    /** Returns documents of random words. */
    public static List<TaggedPieces> documents(int count, long seed) {
        Random random = new Random(seed);
        List<TaggedPieces> documents = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            StringBuilder text = new StringBuilder("Document ").append(i);
            for (int word = random.nextInt(20); word >= 0; word--) {
                text.append(' ').append((char) ('a' + random.nextInt(5))).append(word);
            }
            documents.add(document(text.toString()));
        }
        return documents;
    }

    /** Returns the paragraphs of the repository's licence: real English. */
    public static List<TaggedPieces> realText() {
        for (Path file : List.of(Path.of("LICENSE"), Path.of("..", "LICENSE"))) {
            if (Files.exists(file)) {
                try {
                    return Arrays.stream(Files.readString(file).split("\n\n"))
                            .map(paragraph -> paragraph.replaceAll("\\s+", " ").strip())
                            .filter(paragraph -> !paragraph.isEmpty())
                            .map(TestCorpus::document)
                            .toList();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
        throw new IllegalStateException("The repository has a LICENSE");
    }

    /** Writes shards of causal tags and linguistic alignment. */
    public static Path write(Path folder, List<TaggedPieces> documents) {
        return write(folder, documents, AnnotationMode.CAUSAL, Alignment.LINGUISTIC, "aa");
    }

    /** Writes shards, two where there are enough documents. */
    public static Path write(
            Path folder,
            List<TaggedPieces> documents,
            AnnotationMode mode,
            Alignment alignment,
            String tokenizer) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        int half = (documents.size() + 1) / 2;
        ShardManifest.of(
                        SCHEMA,
                        mode,
                        alignment,
                        new TokenizerInfo(tokenizer, VOCABULARY, END_OF_TEXT),
                        "test",
                        Map.of(),
                        List.of(
                                writeShard(folder, 0, documents.subList(0, half)),
                                writeShard(folder, 1, documents.subList(half, documents.size()))))
                .write(folder);
        return folder;
    }

    private static ShardEntry writeShard(Path folder, int number, List<TaggedPieces> documents) {
        List<ShardDocument> named = new ArrayList<>();
        for (TaggedPieces pieces : documents) {
            String id = number + "-" + named.size();
            named.add(new ShardDocument(new DocumentName(id, "test"), pieces));
        }
        return ShardWriter.write(
                folder.resolve(ShardWriter.fileName(number)), SCHEMA, VOCABULARY, named);
    }

    /** Returns a decoder of two small layers. */
    public static ModelConfig model() {
        return new ModelConfig(
                VOCABULARY,
                16,
                2,
                2,
                1,
                8,
                32,
                Activation.GEGLU,
                CONTEXT,
                10_000,
                1e-6,
                true,
                false,
                false,
                0,
                MetadataConfig.defaults());
    }

    /** Returns a run of LIME/causal on the shards, which writes no more than it must. */
    public static RunConfig run(Path shards, Path folder, long steps, int accumulation) {
        return new RunConfig(
                7,
                Arm.LIME,
                AnnotationMode.CAUSAL,
                DataConfig.defaults().withShards(shards),
                model(),
                InitConfig.defaults(),
                new TrainingConfig(
                        steps,
                        0,
                        TokenBudget.NONE,
                        4,
                        accumulation,
                        0,
                        0.5,
                        Precision.F32,
                        Recompute.NONE,
                        "cpu",
                        1,
                        0,
                        TrainingConfig.OnNonFinite.SKIP,
                        6,
                        true),
                OptimizerConfig.adamW().withLearningRate(3e-3),
                new ScheduleConfig(ScheduleConfig.Kind.COSINE, 2, 0, 0.1, 0.2),
                new CheckpointConfig(0, 2, CheckpointConfig.NONE, false, false),
                new EvaluationConfig(0, 0, 8, true),
                new LoggingConfig(1, false, false),
                DistributedConfig.defaults(),
                new RunFolderConfig(folder));
    }
}
