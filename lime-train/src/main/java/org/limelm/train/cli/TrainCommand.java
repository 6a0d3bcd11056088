package org.limelm.train.cli;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.limelm.core.io.Json;
import org.limelm.model.device.Devices;
import org.limelm.train.config.DataConfig;
import org.limelm.train.config.RunConfig;
import org.limelm.train.distributed.Collectives;
import org.limelm.train.distributed.Team;
import org.limelm.train.loop.StopSignal;
import org.limelm.train.loop.TrainResult;
import org.limelm.train.loop.Trainer;
import org.limelm.train.loop.TrainingHooks;
import org.limelm.train.prepare.CorpusPreparation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code lime train}: trains the model of a configuration. */
@Command(
        name = "train",
        description = {
            "Trains the model of a configuration, and prepares a raw corpus first.",
            "SIGINT and SIGTERM save a checkpoint; checkpoint.resume=latest resumes from it.",
            "Processes started by mpirun or srun train one model (docs/distributed.md)."
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
    private static final Duration STOP_TIMEOUT = Duration.ofMinutes(10);
    private static final Duration PREPARATION_TIMEOUT = Duration.ofDays(30); // unbounded work

    @Mixin private ConfigArguments config = new ConfigArguments();

    @Mixin private JsonOutput json = new JsonOutput();

    @Override
    public Integer call() {
        RunConfig requested = config.load(RunConfig.class);
        try (StopSignal stop = StopSignal.onTermination(STOP_TIMEOUT)) {
            return Collectives.within(
                    requested.distributed(), team -> train(requested, stop, team));
        }
    }

    private int train(RunConfig requested, StopSignal stop, Team team) {
        Devices.of(team.device(requested.training().device())); // fail before preparation
        RunConfig prepared = prepare(requested, team);
        TrainResult result =
                Trainer.train(
                        prepared, TrainingHooks.of(new TrainingLog(Progress.out())), stop, team);
        if (team.leads()) {
            System.out.println(
                    result.stopped()
                            ? String.format(
                                    Locale.ROOT,
                                    "Stopped at step %d of %d. To resume, run: lime train %s"
                                            + " checkpoint.resume=latest",
                                    result.step(),
                                    result.totalSteps(),
                                    ShellQuoting.quote(result.folder().resolve("config.yaml")))
                            : "Trained " + result.arm() + ": " + result.folder());
            json.print(result);
        }
        return 0;
    }

    /** Prepares the corpus in one process, for all. */
    private static RunConfig prepare(RunConfig requested, Team team) {
        String prepared = team.broadcastFromLeader(() -> prepare(requested), PREPARATION_TIMEOUT);
        return requested.withData(Json.parse(prepared, DataConfig.class, "prepared data"));
    }

    /** Prepares the corpus and returns the configuration's data section as JSON. */
    private static String prepare(RunConfig requested) {
        try (PreparationDisplay display = new PreparationDisplay()) {
            return Json.toLine(CorpusPreparation.prepare(requested, display).data());
        }
    }
}
