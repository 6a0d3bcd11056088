package org.limelm.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.core.config.ConfigLoader;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.model.generate.SamplingOptions;
import org.limelm.train.config.RunConfig;
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

/** Runs the Java example from README.md on the bundled sample. */
class ReadmeExampleTest {
    private static final String SMALL =
            """
            data: {tokenizer: {vocabularySize: 1024}, validationFraction: 0.1}
            model: {hiddenSize: 32, numLayers: 2, numHeads: 2, numKvHeads: 2, headDim: 16, ffnSize: 64,
                    contextLength: 64}
            training: {steps: 10, batchSize: 4}
            schedule: {warmupSteps: 2}
            evaluation: {everySteps: 0, tokens: 2000}
            logging: {measurePeak: false}
            """;

    @TempDir private Path folder;

    @Test
    void exampleAnnotatesTrainsEvaluatesAndGenerates() throws IOException {
        Path corpus = folder.resolve("sample.jsonl.gz");
        try (InputStream in = getClass().getResourceAsStream("sample/sotu.jsonl.gz")) {
            Files.copy(Objects.requireNonNull(in), corpus);
        }
        Path configFile = folder.resolve("small.yaml");
        Files.writeString(configFile, SMALL);
        example(configFile, corpus);
        assertThat(folder.resolve("run/model/model.safetensors")).exists();
    }

    private void example(Path configFile, Path corpus) {
        // begin README
        RunConfig config =
                ConfigLoader.load(
                        RunConfig.class,
                        configFile,
                        List.of(
                                "arm=lime",
                                "annotation=causal",
                                "data.corpus=" + corpus,
                                "data.work=" + folder.resolve("work"),
                                "run.folder=" + folder.resolve("run")));

        // Annotate: a tokenizer and shards with part-of-speech and entity columns.
        RunConfig prepared = CorpusPreparation.prepare(config, PreparationListener.SILENT);

        // Train.
        TrainResult result = Trainer.train(prepared);
        System.out.println(result.evaluation().orElseThrow().line());

        // Evaluate in another annotation mode, and generate.
        try (TrainedModel model = TrainedModel.open(result.folder());
                TextGenerator generator = new TextGenerator(model)) {
            EvaluationResult prefix =
                    new ModelEvaluation(model, 16).heldOut(prepared, AnnotationMode.PREFIX, 2_000);
            System.out.println(prefix.line());
            GeneratedText text =
                    generator.generate(
                            "The people of the United States",
                            MetadataChoice.automatic(),
                            SamplingOptions.defaults(),
                            System.out::print);
            System.out.println("\n" + text.tokens() + " tokens, tags " + text.annotation());
        }
        // end README
    }

    @Test
    void readmeShowsThisExample() throws IOException {
        DocumentedCode.assertShows("README.md", getClass(), "README");
    }
}
