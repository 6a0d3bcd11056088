package org.limelm.train.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.annotate.annotator.AnnotatorOptions;
import org.limelm.annotate.annotator.IncrementalAnnotator;
import org.limelm.annotate.annotator.PrefixAnnotator;
import org.limelm.annotate.models.Annotators;
import org.limelm.annotate.subword.SubwordTokenizer;
import org.limelm.core.config.ConfigLoader;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.shard.ShardSet;
import org.limelm.train.config.RunConfig;
import org.limelm.train.data.ShardTokenSource;
import org.limelm.train.data.TokenSource;
import org.limelm.train.generation.TrainedModel;
import org.limelm.train.loop.TrainResult;
import org.limelm.train.loop.Trainer;
import org.limelm.train.prepare.CorpusPreparation;
import org.limelm.train.prepare.PreparationListener;

/** Held-out text in annotation modes other than that of the shards. */
class RetaggedSourceTest {
    private static final String SMALL =
            """
            annotation: full
            arm: lime
            data: {tokenizer: {vocabularySize: 1024}, validationFraction: 0.1}
            model: {hiddenSize: 32, numLayers: 1, numHeads: 2, numKvHeads: 2, headDim: 16, ffnSize: 64,
                    contextLength: 64}
            training: {steps: 2, batchSize: 4}
            schedule: {warmupSteps: 1}
            evaluation: {everySteps: 0, tokens: 3000}
            logging: {measurePeak: false}
            """;

    @TempDir private Path folder;

    @Test
    void everyAnnotationModeIsScoredOnTheSameBytes() throws IOException {
        RunConfig prepared = CorpusPreparation.prepare(config(), PreparationListener.SILENT);
        TrainResult result = Trainer.train(prepared);
        EvaluationResult trained = result.evaluation().orElseThrow();
        try (TrainedModel model = TrainedModel.open(result.folder())) {
            ModelEvaluation evaluation = new ModelEvaluation(model, 7);
            for (AnnotationMode mode : AnnotationMode.values()) {
                EvaluationResult scored = evaluation.heldOut(prepared, mode, 3_000);
                assertThat(scored.tokens()).as(mode.label()).isEqualTo(trained.tokens());
                assertThat(scored.bytes()).as(mode.label()).isEqualTo(trained.bytes());
            }
        }
        assertThat(trained.tokens()).isBetween(3_000L, 3_063L);
        assertThat(trained.bytes()).isGreaterThan(3_000);
    }

    private RunConfig config() throws IOException {
        Path corpus = folder.resolve("sample.jsonl.gz");
        try (InputStream in =
                RunConfig.class.getResourceAsStream("/org/limelm/train/sample/sotu.jsonl.gz")) {
            Files.copy(Objects.requireNonNull(in), corpus);
        }
        Path file = folder.resolve("small.yaml");
        Files.writeString(file, SMALL);
        return ConfigLoader.load(
                RunConfig.class,
                file,
                List.of(
                        "data.corpus=" + corpus,
                        "data.work=" + folder.resolve("work"),
                        "run.folder=" + folder.resolve("run")));
    }

    @Test
    void rangesReadInAnyOrderHaveTheTagsOfTheWholeDocument() throws IOException {
        RunConfig prepared = CorpusPreparation.prepare(config(), PreparationListener.SILENT);
        Annotators annotators = Annotators.bundled(AnnotatorOptions.defaults());
        Path shards = prepared.data().shards().get(0).path();
        try (ShardSet set = ShardSet.open(shards);
                SubwordTokenizer tokenizer =
                        SubwordTokenizer.load(Path.of(prepared.data().tokenizer().path()))) {
            TokenSource source = new ShardTokenSource(set);
            long start = source.documentStart(1);
            int length = 400;
            List<int[]> whole = fromTheStart(source, start, length, prefix(annotators), tokenizer);
            TokenSource retagged = new RetaggedSource(source, prefix(annotators), tokenizer);
            Random random = new Random(1);
            for (int i = 0; i < 12; i++) {
                int from = random.nextInt(length - 40);
                int[] tags = new int[40];
                retagged.readTags(i % 2, start + from, tags, 0, 40);
                assertThat(tags)
                        .as("pieces %d to %d", from, from + 39)
                        .isEqualTo(Arrays.copyOfRange(whole.get(i % 2), from, from + 40));
            }
        }
    }

    private static IncrementalAnnotator prefix(Annotators annotators) {
        return new PrefixAnnotator(annotators.newLinguisticAnnotator(), annotators.schema().size());
    }

    private static List<int[]> fromTheStart(
            TokenSource source,
            long start,
            int length,
            IncrementalAnnotator annotator,
            SubwordTokenizer tokenizer) {
        int[] ids = new int[length];
        source.readTokens(start, ids, 0, length);
        int[][] tags = new int[2][length];
        for (int i = 0; i < length; i++) {
            int[] pushed = annotator.push(tokenizer.pieceBytes(ids[i]));
            tags[0][i] = pushed[0];
            tags[1][i] = pushed[1];
        }
        return List.of(tags);
    }
}
