package org.limelm.train.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.limelm.core.config.ConfigLoader;
import org.limelm.train.config.RunConfig;
import org.limelm.train.loop.StopSignal;
import org.limelm.train.loop.TrainResult;
import org.limelm.train.loop.Trainer;
import org.limelm.train.prepare.CorpusPreparation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code lime train}: from a configuration to a trained model. */
@Command(
        name = "train",
        description = {
            "Trains a model as a configuration says; a raw corpus is prepared first.",
            "SIGINT and SIGTERM save a checkpoint; checkpoint.resume=latest goes on from it."
        },
        footer = {
            "",
            "Examples:",
            "  lime train configs/mini.yaml data.corpus=corpus.jsonl run.folder=runs/first",
            "  lime train configs/mini.yaml data.corpus=corpus.jsonl arm=baseline \\",
            "      run.folder=runs/baseline",
            "  lime train runs/first/config.yaml checkpoint.resume=latest"
        })
final class TrainCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    @Parameters(index = "0", paramLabel = "CONFIG", description = "A YAML file.")
    private Path config = Path.of("config.yaml");

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "key=value",
            description = "Keys that replace those of the file: training.steps=200.")
    private List<String> overrides = List.of();

    @Mixin private JsonOutput json = new JsonOutput();

    @Override
    public Integer call() {
        RunConfig asked = ConfigLoader.load(RunConfig.class, config, overrides);
        RunConfig ready;
        try (PreparationDisplay display = new PreparationDisplay()) {
            ready = CorpusPreparation.prepare(asked, display);
        }
        try (StopSignal stop = StopSignal.onTermination(PATIENCE)) {
            TrainResult result = Trainer.train(ready, new TrainingLog(System.out), stop);
            System.out.println(
                    result.stopped()
                            ? "Stopped at step %d of %d. Go on with: lime train %s checkpoint.resume=latest"
                                    .formatted(
                                            result.step(),
                                            result.totalSteps(),
                                            result.folder().resolve("config.yaml"))
                            : "Trained " + result.arm() + ": " + result.folder());
            json.print(System.out, result);
        }
        return 0;
    }
}
