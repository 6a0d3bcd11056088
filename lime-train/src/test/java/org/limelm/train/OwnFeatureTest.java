package org.limelm.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.core.ConfigException;
import org.limelm.core.LimeException;
import org.limelm.core.config.ConfigLoader;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.metadata.Feature;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.core.shard.AnnotatorInfo;
import org.limelm.core.shard.ShardManifest;
import org.limelm.core.shard.ShardSet;
import org.limelm.model.decoder.ModelConfig;
import org.limelm.model.decoder.ModelFeatures;
import org.limelm.model.generate.SamplingOptions;
import org.limelm.train.config.RunConfig;
import org.limelm.train.data.ShardTokenSource;
import org.limelm.train.data.TokenSource;
import org.limelm.train.data.TrainingData;
import org.limelm.train.evaluation.EvaluationResult;
import org.limelm.train.evaluation.ModelEvaluation;
import org.limelm.train.generation.GeneratedText;
import org.limelm.train.generation.MetadataChoice;
import org.limelm.train.generation.TextGenerator;
import org.limelm.train.generation.TrainedModel;
import org.limelm.train.inspect.Inspection;
import org.limelm.train.loop.Trainer;
import org.limelm.train.plan.ModelSize;
import org.limelm.train.prepare.CorpusPreparation;
import org.limelm.train.prepare.PreparationListener;
import org.limelm.train.score.ContinuationScorer;

/** The feature of docs/metadata.md, alone and among others, from text to a model and its uses. */
class OwnFeatureTest {
    private static final List<AnnotationMode> INCREMENTAL =
            List.of(AnnotationMode.CAUSAL, AnnotationMode.PREFIX);

    /** The vocabulary of a text of few words. */
    private static final String SMALLER = "data.tokenizer.vocabularySize=270";

    @TempDir private Path folder;
    private Path corpus = Path.of("");

    @BeforeEach
    void writeCorpus() throws IOException {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            String text =
                    "In New York, %d dogs slowly walked and kept barking. "
                            .formatted(100 + i)
                            .repeat(5);
            lines.add("{\"text\": \"" + text + "\"}");
        }
        corpus = Files.write(folder.resolve("corpus.jsonl"), lines);
    }

    private RunConfig prepared(String... more) {
        List<String> settings =
                new ArrayList<>(
                        List.of(
                                "arm=lime",
                                "model={hiddenSize: 32, numLayers: 2, numHeads: 2, numKvHeads: 2,"
                                        + " headDim: 16, ffnSize: 64, contextLength: 32}",
                                "training={steps: 4, batchSize: 4}",
                                "schedule.warmupSteps=1",
                                "evaluation={everySteps: 0, tokens: 300}",
                                "data.corpus=" + corpus,
                                "data.work=" + folder.resolve("work"),
                                "data.tokenizer.vocabularySize=300",
                                "data.validationFraction=0.2",
                                "logging.measurePeak=false",
                                "run.folder=" + folder.resolve("run")));
        settings.addAll(List.of(more));
        return CorpusPreparation.prepare(
                ConfigLoader.parse(RunConfig.class, "", "test", settings),
                PreparationListener.SILENT);
    }

    @Test
    void theDocumentShowsTheFeature() throws IOException {
        DocumentedCode.assertShows("docs/metadata.md", SuffixProvider.class, "suffix");
    }

    @Test
    void aFeatureOfOnesOwnServesTrainingEvaluationAndGeneration() {
        RunConfig config =
                prepared("annotation=causal", "data.metadata=[{feature: suffix, of: 'ing,ed'}]");
        Path run = Trainer.train(config).folder();

        try (TrainedModel model = TrainedModel.open(run)) {
            assertThat(model.decoder().tables().features())
                    .containsExactly(
                            new Feature("suffix", List.of(Feature.NONE, "OTHER", "ing", "ed")));
            assertThat(model.provenance().metadata()).contains(List.of("suffix(of=\"ing,ed\")"));
            evaluateInAllModes(model, config, AnnotationMode.CAUSAL);
            generate(model, Map.of("suffix", "ing"));
            assertThat(
                            ContinuationScorer.of(model, 2)
                                    .logLikelihood("The dogs kept", List.of(" barking", " walked")))
                    .allMatch(score -> score.logLikelihood() < 0);
            Inspection inspection =
                    Inspection.of("They walked. ", model.annotators(), Optional.empty());
            assertThat(inspection.features()).containsExactly("suffix");
            assertThat(inspection.rows())
                    .extracting(Inspection.Row::full)
                    .containsExactly(List.of("OTHER"), List.of("ed"), List.of("OTHER"));
        }
    }

    @Test
    void aModelOfFullTagsIsEvaluatedInAllModes() {
        RunConfig config =
                prepared("annotation=full", "data.metadata=[pos, suffix]", "arm.features=[suffix]");
        Path run = Trainer.train(config).folder();

        try (TrainedModel model = TrainedModel.open(run)) {
            assertThat(model.decoder().tables().names()).containsExactly("suffix");
            evaluateInAllModes(model, config, AnnotationMode.FULL);
        }
    }

    private void evaluateInAllModes(TrainedModel model, RunConfig config, AnnotationMode trained) {
        ModelEvaluation evaluation = new ModelEvaluation(model, 4);
        EvaluationResult first = evaluation.heldOut(config, trained, 300);
        for (AnnotationMode mode : INCREMENTAL) {
            EvaluationResult result = evaluation.heldOut(config, mode, 300);
            assertThat(result.bytes()).isEqualTo(first.bytes());
            assertThat(result.annotator()).isEqualTo(model.annotators().id());
        }
        for (AnnotationMode mode : AnnotationMode.values()) {
            EvaluationResult result = evaluation.text(List.of(corpus), mode, 300);
            assertThat(result.annotation()).isEqualTo(mode.label());
            assertThat(result.tokens()).isPositive();
        }
    }

    private static void generate(TrainedModel model, Map<String, String> given) {
        SamplingOptions sampling = SamplingOptions.greedy(6);
        try (TextGenerator generator = new TextGenerator(model)) {
            GeneratedText text =
                    generator.generate("The dogs", MetadataChoice.automatic(), sampling, x -> {});
            assertThat(text.tokens()).isPositive();
            assertThat(text.annotation()).isEqualTo("causal");
            for (AnnotationMode mode : INCREMENTAL) {
                MetadataChoice annotated = new MetadataChoice.Annotated(mode);
                assertThat(generator.generate("The dogs", annotated, sampling, x -> {}).origin())
                        .isEqualTo("observed");
            }
            MetadataChoice choice = MetadataChoice.given(model.decoder().tables(), given);
            assertThat(generator.generate("The dogs", choice, sampling, x -> {}).origin())
                    .isEqualTo("given");
        }
    }

    @Test
    void sevenFeaturesAtOnceServeAMovedRun() throws IOException {
        Path words = Files.writeString(folder.resolve("words.tsv"), "New York\tCITY\n");
        RunConfig config =
                prepared(
                        "annotation=causal",
                        "data.metadata=[{feature: pos, tags: upos}, {feature: ner, tags: bio}, shape,"
                                + " position, sentence, suffix, {feature: dictionary, name: city,"
                                + " file: '"
                                + words
                                + "'}]");
        MetadataSchema planned = config.data().schema();
        Path run = Trainer.train(config).folder();
        Files.delete(words); // the run keeps a copy
        Path moved = Files.move(run, folder.resolve("moved"));

        List<String> names =
                List.of("pos", "ner", "shape", "position", "sentence", "suffix", "city");
        ShardManifest manifest = ShardManifest.read(config.data().shards().get(0).path());
        assertThat(manifest.schema().names()).isEqualTo(names);
        assertThat(manifest.annotatorInfo().flatMap(AnnotatorInfo::metadata).orElseThrow())
                .hasSize(7)
                .startsWith("pos(tags=upos)", "ner(tags=bio)", "shape");
        assertThat(planned).isEqualTo(manifest.schema());
        try (TrainedModel model = TrainedModel.open(moved)) {
            assertThat(model.decoder().tables()).isEqualTo(planned);
            assertThat(model.annotators().id()).isEqualTo(manifest.annotator());
            ModelConfig size =
                    config.model().withVocabularySize(model.tokenizer().vocabularySize());
            assertThat(model.decoder().parameterCount())
                    .isEqualTo(ModelSize.of(size, ModelFeatures.of(planned)).total());
            evaluateInAllModes(model, config, AnnotationMode.CAUSAL);
            generate(model, Map.of("city", "CITY", "pos", "NOUN"));
        }
        aChangedFileIsRefused(moved);
        anArmSelectsFeaturesByName(config);
    }

    @Test
    void tagsThatCameWithTheCorpusServeModeFull() throws IOException {
        String text = "In New York, dogs walked. ";
        String record =
                """
                {"text": "%s", "meta": {"language": "en"}, "cities": [{"start": 3, "end": 11, "label": "CITY"}]}
                """
                        .formatted(text.repeat(6))
                        .repeat(40);
        Files.writeString(corpus, record);
        String metadata =
                "data.metadata=[{feature: column, field: cities, tags: CITY},"
                        + " {feature: column, name: language, field: meta.language, tags: 'en,de'}]";
        RunConfig config = prepared("annotation=full", SMALLER, metadata);
        int[] cities = new int[50];
        int[] languages = new int[50];
        try (ShardSet set = ShardSet.open(config.data().shards().get(0).path())) {
            TokenSource shards = new ShardTokenSource(set);
            shards.readTags(0, 0, cities, 0, cities.length);
            shards.readTags(1, 0, languages, 0, languages.length);
        }
        assertThat(cities).contains(0, 1);
        assertThat(languages).containsOnly(1); // English
        Path run = Trainer.train(config).folder();

        try (TrainedModel model = TrainedModel.open(run)) {
            assertThat(model.decoder().tables().names()).containsExactly("column", "language");
            ModelEvaluation evaluation = new ModelEvaluation(model, 4);
            assertThat(evaluation.heldOut(config, AnnotationMode.FULL, 300).tokens()).isPositive();
            assertThat(evaluation.text(List.of(corpus), AnnotationMode.FULL, 300).tokens())
                    .isPositive();
            assertThatThrownBy(() -> evaluation.heldOut(config, AnnotationMode.PREFIX, 300))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContainingAll("[column, language]", "mode prefix");
        }
        assertThatThrownBy(() -> prepared("annotation=causal", SMALLER, metadata))
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll("[column, language]", "mode causal");
    }

    private static void aChangedFileIsRefused(Path run) throws IOException {
        Path copy = run.resolve("metadata/6-file-words.tsv");
        Files.writeString(copy, "New Delhi\tCITY\n");
        assertThatThrownBy(() -> TrainedModel.open(run))
                .isInstanceOf(LimeException.class)
                .hasMessageContainingAll("annotator", "was trained on", "Hint:");
    }

    private static void anArmSelectsFeaturesByName(RunConfig config) {
        RunConfig two = config.withArm(config.arm().withFeatures(List.of("shape", "pos")));
        try (TrainingData data = TrainingData.open(two)) {
            assertThat(two.arm().tables(data.schema()).names()).containsExactly("shape", "pos");
        }
        RunConfig missing = config.withArm(config.arm().withFeatures(List.of("pos", "colour")));
        assertThatThrownBy(() -> Trainer.train(missing))
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll("[arm]", "[pos, colour]", "suffix, city", "data.metadata");
    }
}
