package org.limelm.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.annotate.models.Annotators;
import org.limelm.annotate.pipeline.AnnotateJob;
import org.limelm.annotate.pipeline.AnnotatePipeline;
import org.limelm.annotate.subword.SubwordTokenizer;
import org.limelm.annotate.training.AnnotatorTrainer;
import org.limelm.annotate.training.TrainerOptions;
import org.limelm.core.LimeException;
import org.limelm.core.config.ConfigLoader;
import org.limelm.core.corpus.ReaderOptions;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.metadata.Feature;
import org.limelm.core.shard.ShardManifest;
import org.limelm.model.generate.SamplingOptions;
import org.limelm.train.config.Accumulation;
import org.limelm.train.config.RunConfig;
import org.limelm.train.data.HostBatch;
import org.limelm.train.data.TrainingData;
import org.limelm.train.evaluation.EvaluationResult;
import org.limelm.train.evaluation.ModelEvaluation;
import org.limelm.train.generation.GeneratedText;
import org.limelm.train.generation.MetadataChoice;
import org.limelm.train.generation.TextGenerator;
import org.limelm.train.generation.TrainedModel;
import org.limelm.train.loop.TrainResult;
import org.limelm.train.loop.Trainer;
import org.limelm.train.prepare.CorpusPreparation;
import org.limelm.train.prepare.PreparationListener;
import org.limelm.train.prepare.TokenizerTraining;

/** Own entity types, from own code and from own labels, through the public API. */
class CustomAnnotatorTest {
    private static final Map<String, String> TYPES =
            Map.of(
                    "BRCA1",
                    "GENE",
                    "TP53",
                    "GENE",
                    "EGFR",
                    "GENE",
                    "aspirin",
                    "DRUG",
                    "imatinib",
                    "DRUG",
                    "tamoxifen",
                    "DRUG");

    /** A shorter list with the same types. */
    private static final Map<String, String> FEWER = Map.of("TP53", "GENE", "aspirin", "DRUG");

    @TempDir private Path folder;
    private Path corpus = Path.of("");
    private Path gold = Path.of("");

    @BeforeEach
    void writeCorpusAndGoldLabels() throws IOException {
        List<String> genes = List.of("BRCA1", "TP53", "EGFR");
        List<String> drugs = List.of("aspirin", "imatinib", "tamoxifen");
        List<String> lines = new ArrayList<>();
        StringBuilder labels = new StringBuilder("-DOCSTART-\tO\n\n");
        for (int i = 0; i < 60; i++) {
            String sentence =
                    "Patients with %s received %s in study %d ."
                            .formatted(genes.get(i % 3), drugs.get(i / 3 % 3), i);
            lines.add("{\"text\": \"" + sentence.replace(" .", ".").repeat(5) + "\"}");
            for (String word : sentence.split(" ")) {
                String type = TYPES.getOrDefault(word, "");
                labels.append(word).append('\t').append(type.isEmpty() ? "O" : "B-" + type);
                labels.append('\n');
            }
            labels.append('\n');
        }
        corpus = Files.write(folder.resolve("corpus.jsonl"), lines);
        gold = Files.writeString(folder.resolve("genes.tsv"), labels);
    }

    @Test
    void ownAnnotatorsTagTrainEvaluateAndGenerate() {
        Annotators annotators = new WordListAnnotators("entity", TYPES);
        Path tokenizer = folder.resolve("tokenizer.json");
        TokenizerTraining.train(
                List.of(corpus), ReaderOptions.defaults(), 300, tokenizer, (size, total) -> {});
        Path shards = folder.resolve("shards");
        annotate(tokenizer, shards, annotators);
        RunConfig config =
                config("data.shards=[{path: " + shards + "}]", "data.tokenizer.path=" + tokenizer);

        assertThat(taggedWords(config, tokenizer)).isEqualTo(TYPES);
        TrainResult result = Trainer.train(config);

        assertThat(ShardManifest.read(shards).annotator()).isEqualTo(annotators.id());
        TrainedModel.Options options = TrainedModel.Options.defaults();
        try (TrainedModel model = TrainedModel.open(result.folder(), options, annotators)) {
            assertThat(model.decoder().tables().feature("entity").tags())
                    .containsExactly(Feature.NONE, "DRUG", "GENE");
            evaluateAndGenerate(model, config, "entity");
            EvaluationResult full =
                    new ModelEvaluation(model, 4).text(List.of(corpus), AnnotationMode.FULL, 500);
            assertThat(full.annotation()).isEqualTo("full");
            shardsOfAnotherAnnotatorAreRefused(model, tokenizer);
        }
        assertThatThrownBy(() -> TrainedModel.open(result.folder()))
                .isInstanceOf(LimeException.class)
                .hasMessageContainingAll("[bundled models]", "tag set", "TrainedModel.open");
        Annotators fewerWords = new WordListAnnotators("entity", FEWER);
        assertThatThrownBy(() -> TrainedModel.open(result.folder(), options, fewerWords))
                .isInstanceOf(LimeException.class)
                .hasMessageContainingAll(fewerWords.id(), annotators.id(), "Hint:");
        Annotators otherTypes = new WordListAnnotators("entity", Map.of("TP53", "PROTEIN"));
        assertThatThrownBy(() -> TrainedModel.open(result.folder(), options, otherTypes))
                .isInstanceOf(LimeException.class)
                .hasMessageContainingAll(otherTypes.id(), "tag set", "Hint:");
    }

    private void shardsOfAnotherAnnotatorAreRefused(TrainedModel model, Path tokenizer) {
        Annotators fewerWords = new WordListAnnotators("entity", FEWER);
        Path others = folder.resolve("others");
        annotate(tokenizer, others, fewerWords);
        RunConfig config = config("data.shards=[{path: " + others + "}]");
        for (AnnotationMode mode : List.of(AnnotationMode.CAUSAL, AnnotationMode.PREFIX)) {
            assertThatThrownBy(() -> new ModelEvaluation(model, 4).heldOut(config, mode, 500))
                    .isInstanceOf(LimeException.class)
                    .hasMessageContainingAll(
                            "[eval]", fewerWords.id(), model.annotators().id(), "as in training");
        }
    }

    private void annotate(Path tokenizer, Path shards, Annotators annotators) {
        AnnotatePipeline.run(
                AnnotateJob.of(
                        List.of(corpus), tokenizer, shards, AnnotationMode.CAUSAL, annotators),
                progress -> {});
    }

    @Test
    void modelsTrainedOnOwnEntityLabelsTagTrainEvaluateAndGenerate() {
        Path models = folder.resolve("models");
        Annotators.copyBundled(models);
        AnnotatorTrainer.train(TrainerOptions.of(List.of(), List.of(gold), models), line -> {});
        RunConfig prepared =
                CorpusPreparation.prepare(
                        config(
                                "data.corpus=" + corpus,
                                "data.work=" + folder.resolve("work"),
                                "data.tokenizer.vocabularySize=300",
                                "data.annotator=" + models),
                        PreparationListener.SILENT);

        TrainResult result = Trainer.train(prepared);

        try (TrainedModel model = TrainedModel.open(result.folder())) {
            assertThat(model.decoder().tables().feature("ner").tags())
                    .containsExactly(Feature.NONE, "DRUG", "GENE");
            evaluateAndGenerate(model, prepared, "ner");
        }
        Path bundled = folder.resolve("bundled");
        Annotators.copyBundled(bundled);
        TrainedModel.Options options = TrainedModel.Options.defaults();
        assertThatThrownBy(
                        () ->
                                TrainedModel.open(
                                        result.folder(),
                                        new TrainedModel.Options(
                                                options.tokenizerJson(),
                                                Optional.of(bundled),
                                                options.precision(),
                                                options.device())))
                .isInstanceOf(LimeException.class)
                .hasMessageContainingAll(bundled.toString(), "tag set", "--models FOLDER");
    }

    private RunConfig config(String... more) {
        List<String> settings =
                new ArrayList<>(
                        List.of(
                                "arm=lime",
                                "annotation=causal",
                                "model={hiddenSize: 32, numLayers: 2, numHeads: 2, numKvHeads: 2,"
                                        + " headDim: 16, ffnSize: 64, contextLength: 32}",
                                "training={steps: 10, batchSize: 4}",
                                "schedule.warmupSteps=2",
                                "evaluation={everySteps: 0, tokens: 500}",
                                "data.validationFraction=0.2",
                                "logging.measurePeak=false",
                                "run.folder=" + folder.resolve("run")));
        settings.addAll(List.of(more));
        return ConfigLoader.parse(RunConfig.class, "", "test", settings);
    }

    private static void evaluateAndGenerate(TrainedModel model, RunConfig config, String feature) {
        ModelEvaluation evaluation = new ModelEvaluation(model, 4);
        EvaluationResult causal = evaluation.heldOut(config, AnnotationMode.CAUSAL, 500);
        EvaluationResult prefix = evaluation.heldOut(config, AnnotationMode.PREFIX, 500);
        assertThat(causal.annotator()).isEqualTo(model.annotators().id());
        assertThat(prefix.annotator()).isEqualTo(model.annotators().id());
        assertThat(prefix.bytes()).isEqualTo(causal.bytes());
        SamplingOptions sampling = SamplingOptions.greedy(8);
        try (TextGenerator generator = new TextGenerator(model)) {
            GeneratedText text =
                    generator.generate(
                            "Patients with BRCA1",
                            MetadataChoice.automatic(),
                            sampling,
                            piece -> {});
            assertThat(text.tokens()).isPositive();
            assertThat(text.annotation()).isEqualTo("causal");
            MetadataChoice given =
                    MetadataChoice.given(model.decoder().tables(), Map.of(feature, "GENE"));
            assertThat(generator.generate("Patients", given, sampling, piece -> {}).origin())
                    .isEqualTo("given");
        }
    }

    /** Returns the words of the training batches whose last piece has a tag, with the tag. */
    private static Map<String, String> taggedWords(RunConfig config, Path tokenizerJson) {
        Map<String, String> tagged = new TreeMap<>();
        try (TrainingData data = TrainingData.open(config);
                SubwordTokenizer tokenizer = SubwordTokenizer.load(tokenizerJson)) {
            Feature entity = data.schema().feature("entity");
            for (int step = 0; step < 10; step++) {
                HostBatch batch = data.batches(0, 1, Accumulation.of(1), 1).batch(step, 0);
                StringBuilder text = new StringBuilder();
                for (int i = 0; i < batch.tokens().length; i++) {
                    if (i % batch.length() == 0) {
                        text.setLength(0); // a row, which may begin inside a word
                    }
                    byte[] piece = tokenizer.pieceBytes((int) batch.tokens()[i]);
                    text.append(new String(piece, StandardCharsets.UTF_8));
                    int tag = (int) batch.tags().get(0)[i];
                    int space = text.lastIndexOf(" ");
                    if (tag != Feature.NONE_ID && space >= 0) {
                        tagged.put(text.substring(space + 1), entity.tags().get(tag));
                    }
                }
            }
        }
        return tagged;
    }
}
