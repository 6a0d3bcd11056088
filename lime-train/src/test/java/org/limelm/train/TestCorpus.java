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
import org.limelm.model.decoder.ModelConfig;
import org.limelm.train.arm.Arm;
import org.limelm.train.config.CheckpointConfig;
import org.limelm.train.config.DataConfig;
import org.limelm.train.config.EvaluationConfig;
import org.limelm.train.config.LoggingConfig;
import org.limelm.train.config.OptimizerConfig;
import org.limelm.train.config.RunConfig;
import org.limelm.train.config.RunFolderConfig;
import org.limelm.train.config.ScheduleConfig;
import org.limelm.train.config.TrainingConfig;

/** Small byte-level corpora, their shards, and runs that take seconds. */
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

    /** Returns a document with one piece per byte, tagged by the kind of byte. */
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

    /** Returns the paragraphs of the LICENSE file as a sample of real English. */
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
        throw new IllegalStateException("LICENSE not found, expected in the repository root");
    }

    /** Writes shards with causal tags and linguistic alignment. */
    public static Path write(Path folder, List<TaggedPieces> documents) {
        return write(folder, documents, AnnotationMode.CAUSAL, Alignment.LINGUISTIC, "aa");
    }

    /** Writes two shards. */
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

    /** Returns the architecture of a decoder with two small layers. */
    public static ModelConfig model() {
        return ModelConfig.defaults()
                .with(
                        model ->
                                model.vocabularySize(VOCABULARY)
                                        .hiddenSize(16)
                                        .numLayers(2)
                                        .numHeads(2)
                                        .numKvHeads(1)
                                        .headDim(8)
                                        .ffnSize(32)
                                        .contextLength(CONTEXT)
                                        .queryKeyNorm(false));
    }

    /** Returns a LIME/causal run on the shards with only the necessary output. */
    public static RunConfig run(Path shards, Path folder, long steps, int accumulation) {
        return RunConfig.defaults()
                .with(
                        run ->
                                run.seed(7)
                                        .arm(Arm.LIME)
                                        .annotation(AnnotationMode.CAUSAL)
                                        .data(DataConfig.defaults().withShards(shards))
                                        .model(model())
                                        .training(training(steps, accumulation))
                                        .optimizer(OptimizerConfig.adamW().withLearningRate(3e-3))
                                        .schedule(cosine())
                                        .checkpoint(CheckpointConfig.defaults().withEverySteps(0))
                                        .evaluation(evaluation())
                                        .logging(logging())
                                        .run(new RunFolderConfig(folder)));
    }

    private static TrainingConfig training(long steps, int accumulation) {
        return TrainingConfig.defaults()
                .with(
                        training ->
                                training.steps(steps)
                                        .batchSize(4)
                                        .accumulation(accumulation)
                                        .device("cpu")
                                        .threads(1));
    }

    private static ScheduleConfig cosine() {
        return ScheduleConfig.defaults()
                .with(
                        schedule ->
                                schedule.kind(ScheduleConfig.Kind.COSINE)
                                        .warmupSteps(2)
                                        .minFactor(0.1)
                                        .decayFraction(0.2));
    }

    private static EvaluationConfig evaluation() {
        return EvaluationConfig.defaults()
                .with(evaluation -> evaluation.everySteps(0).tokens(0).batchSize(8));
    }

    private static LoggingConfig logging() {
        return LoggingConfig.defaults()
                .with(logging -> logging.everySteps(1).tensorboard(false).measurePeak(false));
    }
}
