package org.limelm.train.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.limelm.core.config.ConfigLoader;
import org.limelm.core.io.Json;
import org.limelm.model.device.Devices;
import org.limelm.train.config.DataConfig;
import org.limelm.train.config.RunConfig;
import org.limelm.train.distributed.Collectives;
import org.limelm.train.distributed.Team;
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
            "SIGINT and SIGTERM save a checkpoint; checkpoint.resume=latest goes on from it.",
            "Started by mpirun or srun, all processes train one model (docs/distributed.md)."
        },
        footer = {
            "",
            "Examples:",
            "  lime train configs/mini.yaml data.corpus=corpus.jsonl run.folder=runs/first",
            "  lime train configs/mini.yaml data.corpus=corpus.jsonl arm=baseline \\",
            "      run.folder=runs/baseline",
            "  lime train runs/first/config.yaml checkpoint.resume=latest",
            "  mpirun -np 4 lime train configs/mini.yaml 'data.shards=[{path: work/shards}]'"
        })
final class TrainCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final Duration PREPARATION = Duration.ofDays(30); // no watchdog knows better

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
        try (StopSignal stop = StopSignal.onTermination(PATIENCE)) {
            return Collectives.within(asked.distributed(), team -> train(asked, stop, team));
        }
    }

    private int train(RunConfig asked, StopSignal stop, Team team) {
        Devices.of(team.device(asked.training().device())); // refused before much is prepared
        RunConfig ready = prepare(asked, team);
        TrainResult result = Trainer.train(ready, new TrainingLog(System.out), stop, team);
        if (team.leads()) {
            System.out.println(
                    result.stopped()
                            ? String.format(
                                    Locale.ROOT,
                                    "Stopped at step %d of %d. Go on with: lime train %s checkpoint.resume=latest",
                                    result.step(),
                                    result.totalSteps(),
                                    result.folder().resolve("config.yaml"))
                            : "Trained " + result.arm() + ": " + result.folder());
            json.print(System.out, result);
        }
        return 0;
    }

    /** Has one process prepare the corpus, for all. */
    private static RunConfig prepare(RunConfig asked, Team team) {
        String prepared = team.broadcastFromLeader(() -> prepare(asked), PREPARATION);
        return asked.withData(Json.parse(prepared, DataConfig.class, "prepared data"));
    }

    /** Returns the section {@code data} with what was prepared, as JSON. */
    private static String prepare(RunConfig asked) {
        try (PreparationDisplay display = new PreparationDisplay()) {
            return Json.toLine(CorpusPreparation.prepare(asked, display).data());
        }
    }
}
