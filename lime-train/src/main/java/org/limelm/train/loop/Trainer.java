package org.limelm.train.loop;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.limelm.core.ConfigException;
import org.limelm.core.LimeException;
import org.limelm.core.config.ConfigLoader;
import org.limelm.core.io.AtomicFile;
import org.limelm.core.io.Json;
import org.limelm.model.torch.MatmulPeak;
import org.limelm.model.weights.ModelFolder;
import org.limelm.train.arm.ModelProvenance;
import org.limelm.train.config.RunConfig;
import org.limelm.train.config.TrainingConfig.OnNonFinite;
import org.limelm.train.data.BatchLoader;
import org.limelm.train.data.EvaluationRows;
import org.limelm.train.data.HostBatch;
import org.limelm.train.data.Prefetcher;
import org.limelm.train.data.TrainingData;
import org.limelm.train.evaluation.EvaluationResult;
import org.limelm.train.evaluation.Evaluator;
import org.limelm.train.evaluation.MetadataLabel;
import org.limelm.train.optim.GradientStep;
import org.limelm.train.optim.Schedule;
import org.limelm.train.optim.SpikeDetector;
import org.limelm.train.optim.StepHealth;

/**
 * Trains a model as a configuration says, and leaves a run folder behind.
 *
 * <pre>{@code
 * RunConfig config = ConfigLoader.load(RunConfig.class, Path.of("mini.yaml"), List.of());
 * TrainResult result = Trainer.train(config);
 * Path model = result.model().orElseThrow();
 * }</pre>
 *
 * <p>A run that was stopped, or killed, and is resumed from a checkpoint ends with the same
 * weights, to the bit, as one that was not, on the same machine with the same number of threads.
 */
public final class Trainer {
    private static final String STATE = "state.json";
    private static final int THIS_RANK = 0;
    private static final int WORLD_SIZE = 1;

    private final RunConfig config;
    private final RunFolder folder;
    private final TrainingListener listener;
    private final StopSignal stop;
    private final TrainingData data;
    private final TrainableModel model;
    private final Checkpointer checkpointer;
    private final Map<String, String> identity;
    private final long totalSteps;

    private Trainer(
            RunConfig config,
            RunFolder folder,
            TrainingListener listener,
            StopSignal stop,
            TrainingData data,
            TrainableModel model) {
        this.config = config;
        this.folder = folder;
        this.listener = listener;
        this.stop = stop;
        this.data = data;
        this.model = model;
        this.checkpointer =
                new Checkpointer(folder.checkpoints(), config.checkpoint(), listener::onWarning);
        this.identity = RunIdentity.of(config, data);
        this.totalSteps = config.training().totalSteps(model.decoder().config(), WORLD_SIZE);
    }

    /**
     * Trains without being watched.
     *
     * @throws LimeException if the data, the folder or the machine is not what the run needs
     */
    public static TrainResult train(RunConfig config) {
        try (StopSignal never = StopSignal.manual()) {
            return train(config, TrainingListener.SILENT, never);
        }
    }

    /**
     * Trains.
     *
     * @param listener is told of every logged step
     * @param stop when raised, the run saves a checkpoint and returns
     * @throws LimeException if the data, the folder or the machine is not what the run needs
     */
    public static TrainResult train(RunConfig config, TrainingListener listener, StopSignal stop) {
        RunFolder folder = RunFolder.create(config.run().folder());
        return RunLock.holding(folder.root(), () -> trainIn(folder, config, listener, stop));
    }

    private static TrainResult trainIn(
            RunFolder folder, RunConfig config, TrainingListener listener, StopSignal stop) {
        try (TrainingData data = TrainingData.open(config);
                TrainableModel model = new TrainableModel(config, data)) {
            return new Trainer(config, folder, listener, stop, data, model).run();
        }
    }

    private TrainResult run() {
        TrainState start = resume();
        AtomicFile.writeString(folder.config(), ConfigLoader.toYaml(config));
        Json.write(folder.environment(), RunEnvironment.current(model.device()));
        BatchLoader batches = data.batches(THIS_RANK, WORLD_SIZE);
        listener.onStart(
                new TrainingListener.RunStart(
                        config.armLabel(),
                        model.decoder().parameterCount(),
                        batches.trainingTokens(),
                        start.step(),
                        totalSteps,
                        folder.root()));
        try (RunRecord record = new RunRecord(folder, config.logging(), start.step());
                Prefetcher prefetcher =
                        new Prefetcher(
                                batches::batch,
                                start.step(),
                                config.training().accumulation(),
                                config.data().prefetch())) {
            return new Loop(start, record, prefetcher).run();
        }
    }

    private TrainState resume() {
        Optional<Path> checkpoint = checkpointer.resume();
        if (checkpoint.isEmpty()) {
            return TrainState.initial(identity);
        }
        Path from = checkpoint.get();
        TrainState state = Json.read(from.resolve(STATE), TrainState.class);
        List<String> changes = RunIdentity.difference(state.identity(), identity);
        if (!changes.isEmpty()) {
            String message =
                    "[%s] the run has changed since this checkpoint:%n  %s"
                            .formatted(from, String.join("\n  ", changes));
            if (!config.checkpoint().allowChanges()) {
                throw new ConfigException(
                        message
                                + "\nHint: undo the change, start anew in another run.folder, or set"
                                + " checkpoint.allowChanges=true");
            }
            listener.onWarning(message);
        }
        model.read(from);
        return state;
    }

    /** The steps of one run. */
    private final class Loop {
        private final RunRecord record;
        private final Prefetcher prefetcher;
        private final Schedule schedule;
        private final SpikeDetector spikes;
        private final GradientStep gradientStep;
        private final EvaluationRows validation;
        private final StepClock clock;
        private final long tokensPerStep;
        private long step;
        private long skipped;
        private long savedStep;
        private Optional<EvaluationResult> lastEvaluation = Optional.empty();

        Loop(TrainState start, RunRecord record, Prefetcher prefetcher) {
            this.record = record;
            this.prefetcher = prefetcher;
            int length = config.model().contextLength();
            tokensPerStep = config.training().tokensPerStep(length, WORLD_SIZE);
            schedule =
                    new Schedule(config.schedule(), config.optimizer().learningRate(), totalSteps);
            spikes = new SpikeDetector(config.training().spikeSigma(), start.gradientNorms());
            gradientStep =
                    new GradientStep(
                            model.decoder(),
                            model.gradients(),
                            model.optimizer(),
                            model.kernels(),
                            config.optimizer().clipNorm(),
                            spikes);
            validation = data.validation();
            step = start.step();
            skipped = start.skippedSteps();
            savedStep = start.step() > 0 ? start.step() : -1;
            clock =
                    new StepClock(
                            tokensPerStep,
                            model.decoder().flopsPerToken(length),
                            measuredPeak(),
                            step,
                            start.seconds());
        }

        private OptionalDouble measuredPeak() {
            return config.logging().measurePeak()
                    ? OptionalDouble.of(
                            MatmulPeak.measure(config.training().precision(), model.device()))
                    : OptionalDouble.empty();
        }

        TrainResult run() {
            boolean evaluated = false;
            while (step < totalSteps && !stop.requested()) {
                takeStep();
                evaluated = isDue(config.evaluation().everySteps());
                if (evaluated) {
                    evaluate();
                }
                if (isDue(config.checkpoint().everySteps())) {
                    save();
                }
            }
            boolean stopped = step < totalSteps;
            if (!stopped && !evaluated) {
                evaluate();
            }
            save();
            return result(stopped);
        }

        private boolean isDue(long every) {
            return every > 0 && step % every == 0;
        }

        private void takeStep() {
            double learningRate = schedule.learningRate(step);
            List<HostBatch> batches = new ArrayList<>();
            for (int i = 0; i < config.training().accumulation(); i++) {
                batches.add(prefetcher.take());
            }
            GradientStep.Outcome outcome;
            try (NDManager scope = model.manager().newSubManager()) {
                outcome = gradientStep.take(batches, learningRate, scope);
            }
            if (outcome.health() != StepHealth.GOOD) {
                reportAnomaly(outcome, batches);
            }
            step++;
            boolean last = step == totalSteps;
            if (isDue(config.logging().everySteps()) || last || step == 1) {
                StepMetrics metrics =
                        clock.metrics(
                                step, totalSteps, tokensPerStep * step, learningRate, outcome);
                record.step(metrics);
                listener.onStep(metrics, totalSteps);
            }
        }

        private void reportAnomaly(GradientStep.Outcome outcome, List<HostBatch> batches) {
            List<List<String>> documents =
                    batches.stream().flatMap(batch -> batch.documents().stream()).toList();
            record.anomaly(step + 1, outcome, documents);
            String message =
                    "[step %d] %s: loss %s, gradient norm %s; the weights were not changed, documents in %s"
                            .formatted(
                                    step + 1,
                                    outcome.health().label(),
                                    outcome.loss(),
                                    outcome.gradientNorm(),
                                    folder.anomalies());
            if (outcome.health() == StepHealth.NON_FINITE
                    && config.training().onNonFinite() == OnNonFinite.ABORT) {
                save();
                throw new LimeException(
                        message
                                + ". Hint: lower optimizer.learningRate, or set"
                                + " training.onNonFinite=skip");
            }
            skipped++;
            listener.onWarning(message);
        }

        private void evaluate() {
            if (validation.rowCount() == 0) {
                return;
            }
            clock.pause();
            EvaluationResult result =
                    new Evaluator(model.decoder(), model.manager())
                            .evaluate(
                                    config.armLabel(),
                                    MetadataLabel.of(config.arm(), data.annotation()),
                                    "validation",
                                    validation,
                                    config.evaluation().batchSize(),
                                    config.evaluation().tokens());
            record.evaluation(step, tokensPerStep * step, result);
            listener.onEvaluation(step, result);
            lastEvaluation = Optional.of(result);
            clock.resume();
        }

        private TrainState state() {
            return new TrainState(
                    step,
                    tokensPerStep * step,
                    skipped,
                    clock.totalSeconds(),
                    spikes.history(),
                    identity);
        }

        private ModelProvenance provenance(TrainState state) {
            return new ModelProvenance(
                    config.arm(),
                    data.annotation(),
                    data.tokenizer().sha256(),
                    data.tokenizer().endOfTextId(),
                    data.schema().fingerprint(),
                    state.step(),
                    state.tokens());
        }

        private void save() {
            if (savedStep == step) {
                return;
            }
            TrainState state = state();
            clock.pause();
            Path saved =
                    checkpointer.save(
                            step,
                            into -> {
                                model.write(into, provenance(state));
                                Json.write(into.resolve(STATE), state);
                                AtomicFile.writeString(
                                        into.resolve("config.yaml"), ConfigLoader.toYaml(config));
                            });
            savedStep = step;
            listener.onCheckpoint(step, saved);
            clock.resume();
        }

        private TrainResult result(boolean stopped) {
            Optional<Path> exported = Optional.empty();
            if (!stopped) {
                ModelFolder.save(folder.model(), model.decoder(), provenance(state()).entries());
                exported = Optional.of(folder.model());
            }
            return new TrainResult(
                    config.armLabel(),
                    step,
                    totalSteps,
                    tokensPerStep * step,
                    model.decoder().parameterCount(),
                    stopped,
                    skipped,
                    clock.averageTokensPerSecond(step),
                    stopped ? Optional.empty() : lastEvaluation,
                    folder.root(),
                    exported);
        }
    }
}
