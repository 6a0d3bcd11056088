package org.limelm.examples;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.limelm.core.config.ConfigLoader;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.train.arm.Arm;
import org.limelm.train.config.RunConfig;
import org.limelm.train.evaluation.EvaluationResult;
import org.limelm.train.evaluation.ModelEvaluation;
import org.limelm.train.generation.TrainedModel;
import org.limelm.train.huggingface.ModelImport;
import org.limelm.train.huggingface.RunExport;
import org.limelm.train.loop.TrainResult;
import org.limelm.train.loop.Trainer;
import org.limelm.train.prepare.CorpusPreparation;
import org.limelm.train.prepare.PreparationListener;

/**
 * Continues the pre-training of a HuggingFace model with tables for parts of speech and entities.
 * Arguments: a HuggingFace folder and the model's context length in training; without any, makes the
 * folder of a small Llama, so that nothing is downloaded.
 */
public final class ContinuePretraining {
    private static final Path WORK = Path.of("target/work");

    public static void main(String[] arguments) throws IOException {
        delete(WORK);
        Path corpus = Files.createDirectories(WORK).resolve("sample.jsonl.gz");
        try (InputStream sample =
                Trainer.class.getResourceAsStream("/org/limelm/train/sample/sotu.jsonl.gz")) {
            Files.write(corpus, sample.readAllBytes());
        }
        Path huggingFace = arguments.length > 0 ? Path.of(arguments[0]) : smallLlama(corpus);
        String context = arguments.length > 1 ? arguments[1] : "128";

        // Import: the same weights as a model folder of LIME.
        Path imported = WORK.resolve("imported");
        ModelImport.Result model = ModelImport.write(huggingFace, Optional.empty(), imported);
        System.out.printf(
                "%s with %,d parameters as the arm %s%n",
                model.architecture(), model.parameters(), model.arm());

        // Annotate the corpus with the model's tokenizer, and train: the tables start at zero, so
        // that the first step computes the same as the model.
        List<String> settings = new ArrayList<>();
        settings.add("init.from=" + imported);
        settings.add("model.contextLength=" + context);
        settings.add("data.corpus=" + corpus);
        settings.add("data.work=" + WORK.resolve("lime-data"));
        settings.add("run.folder=" + WORK.resolve("lime"));
        RunConfig config =
                ConfigLoader.load(RunConfig.class, Path.of("continue.yaml"), settings);
        RunConfig prepared = CorpusPreparation.prepare(config, PreparationListener.SILENT);
        try (TrainedModel before = TrainedModel.open(imported)) {
            // The same tokens without tags, which this model does not read.
            RunConfig untagged = prepared.withArm(Arm.BASELINE);
            AnnotationMode mode = before.provenance().annotation();
            EvaluationResult result = new ModelEvaluation(before, 16).heldOut(untagged, mode, 10_000);
            System.out.println("before: " + result.line());
        }
        TrainResult result = Trainer.train(prepared);
        System.out.println("after:  " + result.evaluation().orElseThrow().line());
        try (TrainedModel after = TrainedModel.open(result.folder())) {
            for (String feature : after.decoder().tables().names()) {
                NDArray table = after.decoder().parameter("embedding.meta." + feature); // (tags, D)
                System.out.printf(
                        "table %s: %s, root mean square %.4f%n",
                        feature, table.getShape(), Math.sqrt(table.square().mean().getFloat()));
            }
        }
    }

    /** Trains a small model and writes it as transformers would. */
    private static Path smallLlama(Path corpus) {
        RunConfig config =
                ConfigLoader.load(
                        RunConfig.class,
                        Path.of("base.yaml"),
                        List.of(
                                "data.corpus=" + corpus,
                                "data.work=" + WORK.resolve("base-data"),
                                "run.folder=" + WORK.resolve("base")));
        Trainer.train(CorpusPreparation.prepare(config, PreparationListener.SILENT));
        Path folder = WORK.resolve("llama");
        RunExport.write(WORK.resolve("base"), folder, RunExport.Options.defaults());
        return folder;
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private ContinuePretraining() {}
}
