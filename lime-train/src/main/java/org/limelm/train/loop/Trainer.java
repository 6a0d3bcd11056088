package org.limelm.train.loop;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.limelm.core.ConfigException;
import org.limelm.core.LimeException;
import org.limelm.core.config.ConfigLoader;
import org.limelm.core.io.AtomicFile;
import org.limelm.core.io.Json;
import org.limelm.train.checkpoint.Checkpointer;
import org.limelm.train.checkpoint.RunIdentity;
import org.limelm.train.checkpoint.RunLock;
import org.limelm.train.checkpoint.TrainState;
import org.limelm.train.config.RunConfig;
import org.limelm.train.data.BatchLoader;
import org.limelm.train.data.HostBatch;
import org.limelm.train.data.Prefetcher;
import org.limelm.train.data.TrainingData;
import org.limelm.train.distributed.Collectives;
import org.limelm.train.distributed.Team;
import org.limelm.train.record.RunEnvironment;
import org.limelm.train.record.RunFolder;
import org.limelm.train.record.RunHistory;
import org.limelm.train.record.RunRecord;
import org.limelm.train.record.Tracker;

/**
 * Trains a model from a configuration and writes a run folder.
 *
 * <pre>{@code
 * RunConfig config =
 *         ConfigLoader.load(RunConfig.class, file, List.of("data.corpus=corpus.jsonl"));
 * RunConfig prepared = CorpusPreparation.prepare(config, PreparationListener.SILENT);
 * TrainResult result = Trainer.train(prepared);
 * Path model = result.model().orElseThrow();
 * }</pre>
 *
 * <p>A run that was stopped or killed and then resumed from a checkpoint ends with bit-identical
 * weights to an uninterrupted run on the same machine with the same number of threads.
 */
public final class Trainer {
    /** Number of batches sampled to report how well the data are mixed. */
    private static final int SAMPLED_BATCHES = 8;

    private final Run run;

    private final RunInputs inputs;

    private Trainer(Run run, RunInputs inputs) {
        this.run = run;
        this.inputs = inputs;
    }

    /**
     * Trains without a listener or stop signal.
     *
     * @throws LimeException if the data, the folder or the machine is not what the run needs
     */
    public static TrainResult train(RunConfig config) {
        try (StopSignal never = StopSignal.manual()) {
            return train(config, TrainingHooks.none(), never);
        }
    }

    /**
     * Trains, jointly with the other processes of the job, if any.
     *
     * @param listener receives progress events
     * @param stop when raised, the run saves a checkpoint and returns
     * @throws LimeException if the data, the folder or the machine is not what the run needs
     */
    public static TrainResult train(RunConfig config, TrainingListener listener, StopSignal stop) {
        return train(config, TrainingHooks.of(listener), stop);
    }

    /**
     * Trains, jointly with the other processes of the job, if any.
     *
     * @param hooks the caller's listener, callbacks and trackers
     * @param stop when raised, the run saves a checkpoint and returns
     * @throws LimeException if the data, the folder or the machine is not what the run needs
     */
    public static TrainResult train(RunConfig config, TrainingHooks hooks, StopSignal stop) {
        return Collectives.within(config.distributed(), team -> train(config, hooks, stop, team));
    }

    /**
     * Trains jointly with the processes of a team. All of them must call this with the same
     * configuration.
     *
     * @param hooks the caller's listener, callbacks and trackers, called if this process leads the
     *     team
     * @param stop when raised in any process, the run saves a checkpoint and returns
     * @return the result, which is the same in every process
     * @throws LimeException if the data, the folder or the machine is not what the run needs
     */
    public static TrainResult train(
            RunConfig config, TrainingHooks hooks, StopSignal stop, Team team) {
        stop.startTraining();
        RunFolder folder = RunFolder.create(config.run().folder());
        return team.leads()
                ? RunLock.holding(folder.root(), () -> trainIn(folder, config, hooks, stop, team))
                : trainIn(folder, config, TrainingHooks.none(), stop, team);
    }

    private static TrainResult trainIn(
            RunFolder folder, RunConfig config, TrainingHooks hooks, StopSignal stop, Team team) {
        try (TrainingData data = TrainingData.open(config)) {
            RunConfig resolved = RunInputs.resolved(config, data);
            resolved =
                    resolved.withTraining(
                            resolved.training()
                                    .forProcesses(resolved.model().contextLength(), team.size()));
            resolved = RecomputeDecision.apply(resolved, team);
            RunInputs inputs = RunInputs.check(resolved, data);
            return trainOn(folder, resolved, data, inputs, hooks, stop, team);
        }
    }

    private static TrainResult trainOn(
            RunFolder folder,
            RunConfig config,
            TrainingData data,
            RunInputs inputs,
            TrainingHooks hooks,
            StopSignal stop,
            Team team) {
        try (TrainableModel model =
                new MemoryCheck(config)
                        .during(
                                "the model with its optimizer",
                                () -> new TrainableModel(config, data, team))) {
            Optional<Checkpointer> checkpointer =
                    team.leads()
                            ? Optional.of(
                                    new Checkpointer(
                                            folder.checkpoints(),
                                            config.checkpoint(),
                                            hooks.listener()::onWarning))
                            : Optional.empty();
            Map<String, String> identity = RunIdentity.of(config, data, team.size());
            RunIdentity.requireThatOfLeader(identity, team);
            return new Trainer(
                            new Run(
                                    config,
                                    folder,
                                    hooks,
                                    stop,
                                    data,
                                    model,
                                    checkpointer,
                                    identity,
                                    team),
                            inputs)
                    .run();
        }
    }

    private TrainResult run() {
        RunConfig config = run.config();
        RunFolder folder = run.folder();
        TrainState start = resume();
        run.model().broadcastLeaderWeights();
        Optional<RunEnvironment> environment = Optional.empty();
        if (config.training().tf32() && !run.model().device().isGpu()) {
            run.listener().onWarning("[training] tf32 has no effect on a CPU");
        }
        if (run.team().leads()) {
            environment = Optional.of(begin(start));
        }
        BatchLoader batches =
                run.data()
                        .batches(
                                run.team().rank(),
                                run.team().size(),
                                run.accumulation(),
                                run.totalSteps());
        run.listener()
                .onStart(
                        new TrainingListener.RunStart(
                                config.armLabel(),
                                run.model().decoder().parameterCount(),
                                batches.trainingTokens(),
                                batches.distinctDocumentsPerBatch(SAMPLED_BATCHES),
                                start.step(),
                                run.totalSteps(),
                                config.training().recompute().decided(),
                                folder.root()));
        if (config.training().dryRun() && start.step() < run.totalSteps()) {
            dryRun(batches.batch(start.step(), 0));
        }
        try (Prefetcher prefetcher =
                new Prefetcher(
                        batches::batch,
                        start.step(),
                        run.accumulation(),
                        config.data().prefetch())) {
            if (environment.isEmpty()) {
                return loop(start, Optional.empty(), prefetcher);
            }
            Tracker.TrackedRun tracked =
                    new Tracker.TrackedRun(folder, config, environment.orElseThrow(), start.step());
            try (RunRecord record =
                    new RunRecord(tracked, run.hooks().trackers(), run.listener()::onWarning)) {
                TrainResult result = loop(start, Optional.of(record), prefetcher);
                record.ended(result.stopped());
                return result;
            }
        }
    }

    /** Writes the run's first records and returns the last; called after all checks have passed. */
    private RunEnvironment begin(TrainState start) {
        RunFolder folder = run.folder();
        run.checkpointer().ifPresent(checkpointer -> checkpointer.begin(start.step()));
        inputs.keep(folder);
        AtomicFile.writeString(folder.config(), ConfigLoader.toYaml(run.config()));
        RunEnvironment environment =
                RunEnvironment.current(start.step(), run.model().device(), run.team().size());
        RunHistory.append(folder, environment);
        return environment;
    }

    private TrainResult loop(TrainState start, Optional<RunRecord> record, Prefetcher prefetcher) {
        try (TrainingLoop loop = new TrainingLoop(run, start, record, prefetcher)) {
            return loop.run();
        }
    }

    /** Takes a step that changes nothing, so that insufficient memory is detected immediately. */
    private void dryRun(HostBatch batch) {
        new MemoryCheck(run.config())
                .during(
                        "a training step",
                        () -> {
                            run.model().gradientStep(0).rehearse(List.of(batch));
                            return batch;
                        });
    }

    private TrainState resume() {
        String checkpoint = run.team().broadcastFromLeader(this::checkpointToResume);
        if (checkpoint.isEmpty()) {
            return TrainState.initial(run.identity());
        }
        run.data().verifyContent();
        Path from = Path.of(checkpoint);
        TrainState state = Json.read(from.resolve(TrainState.FILE), TrainState.class);
        List<String> changes = RunIdentity.difference(state.identity(), run.identity());
        if (RunIdentity.isExtension(state.identity(), run.identity())) {
            run.listener()
                    .onWarning(
                            "[%s] the run is extended to %d steps; the learning rate follows the schedule for that number of steps"
                                    .formatted(from, run.totalSteps()));
        } else if (!changes.isEmpty()) {
            String message =
                    String.format(
                            Locale.ROOT,
                            "[%s] the run has changed since this checkpoint:%n  %s",
                            from,
                            String.join("\n  ", changes));
            if (!run.config().checkpoint().allowChanges()) {
                boolean shorter = RunIdentity.isShortening(state.identity(), run.identity());
                throw new ConfigException(
                        message
                                + (shorter
                                        ? "\nHint: a run can be extended but not shortened; undo the change,"
                                        : "\nHint: undo the change,")
                                + " start a new run in another run.folder, or set"
                                + " checkpoint.allowChanges=true");
            }
            run.listener().onWarning(message);
        }
        run.model().tensors().read(from);
        return state;
    }

    private String checkpointToResume() {
        return run.checkpointer().flatMap(Checkpointer::find).map(Path::toString).orElse("");
    }
}
