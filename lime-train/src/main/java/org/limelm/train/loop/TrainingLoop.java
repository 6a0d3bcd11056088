package org.limelm.train.loop;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.limelm.core.LimeException;
import org.limelm.core.io.Json;
import org.limelm.train.checkpoint.ControlState;
import org.limelm.train.checkpoint.TrainState;
import org.limelm.train.config.RunConfig;
import org.limelm.train.config.TrainingConfig.OnNonFinite;
import org.limelm.train.data.HostBatch;
import org.limelm.train.data.Prefetcher;
import org.limelm.train.evaluation.EvaluationResult;
import org.limelm.train.internal.measure.MatmulPeak;
import org.limelm.train.optim.GradientStep;
import org.limelm.train.optim.PendingStep;
import org.limelm.train.optim.Schedule;
import org.limelm.train.optim.StepHealth;
import org.limelm.train.optim.StepOutcome;
import org.limelm.train.record.RunRecord;
import org.limelm.train.record.StepMetrics;

/**
 * The training loop: runs the remaining steps of a run.
 *
 * <p>The outcome of a step is awaited after the next one is queued, so that the device always has
 * work. It is awaited immediately if the step is logged, if an evaluation or checkpoint follows,
 * and if the run aborts on non-finite values.
 */
final class TrainingLoop implements AutoCloseable {
    private final Run run;
    private final RunConfig config;
    private final Optional<RunRecord> record;
    private final Prefetcher prefetcher;
    private final RunSaver saver;
    private final Schedule schedule;
    private final RunHealth health;
    private final GradientStep gradientStep;
    private final SampleTexts samples;
    private final HeldOutEvaluation evaluation;
    private final RunControl control;
    private final StepClock clock;
    private final long totalSteps;
    private long step; // steps done
    private long savedStep;
    private Optional<PendingStep> pending = Optional.empty();
    private Optional<EvaluationResult> lastEvaluation = Optional.empty();

    /**
     * Creates the loop.
     *
     * @param start state to start from
     * @param record record written by the leader
     * @param prefetcher source of the batches from that state on
     */
    TrainingLoop(Run run, TrainState start, Optional<RunRecord> record, Prefetcher prefetcher) {
        this.run = run;
        this.config = run.config();
        this.record = record;
        this.prefetcher = prefetcher;
        saver = new RunSaver(run);
        totalSteps = run.totalSteps();
        schedule = new Schedule(config.schedule(), config.optimizer().learningRate(), totalSteps);
        health = new RunHealth(run, start);
        gradientStep = run.model().gradientStep(config.optimizer().clipNorm());
        samples = new SampleTexts(run);
        evaluation = new HeldOutEvaluation(run, record, samples);
        control = new RunControl(run, start.control().orElse(ControlState.INITIAL), samples);
        step = start.step();
        savedStep = start.step() > 0 ? start.step() : -1;
        clock =
                new StepClock(
                        run::tokensAfter,
                        run.model()
                                .decoder()
                                .config()
                                .flopsPerToken(config.model().contextLength()),
                        measuredPeak(),
                        step,
                        start.seconds());
    }

    private OptionalDouble measuredPeak() {
        if (!config.logging().measurePeak()) {
            return OptionalDouble.empty();
        }
        double[] flops = {0}; // the other processes wait meanwhile
        run.team()
                .onLeader(
                        () ->
                                flops[0] =
                                        MatmulPeak.measure(
                                                config.training().precision(),
                                                run.model().device()));
        return OptionalDouble.of(flops[0] * run.team().size());
    }

    /** Runs the remaining steps until the end or a request to stop or finish. */
    TrainResult run() {
        boolean evaluated = false;
        while (step < totalSteps
                && !control.stopRequested()
                && !control.finishRequested()
                && !run.team().any(run.stop().requested())) {
            takeStep();
            evaluated = isDue(config.evaluation().everySteps()) || control.evaluationRequested();
            if (evaluated) {
                evaluate();
            }
            if (isDue(config.checkpoint().everySteps()) || control.saveRequested()) {
                saveIfFinite();
            }
        }
        boolean stopped = step < totalSteps && !control.finishRequested();
        if (!stopped) {
            awaitPending();
            health.requireMostStepsTaken(step);
        }
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
        double learningRate = schedule.learningRate(step) * control.learningRateFactor();
        long number = step + 1;
        List<HostBatch> batches = new ArrayList<>();
        for (int i = 0; i < run.accumulation().microSteps(step); i++) {
            batches.add(prefetcher.take());
        }
        PendingStep queued =
                gradientStep.take(number, batches, learningRate, health.gradientNormLimit(number));
        awaitPending(); // of the previous step, while the device runs this one
        pending = Optional.of(queued);
        if (config.training().onNonFinite() == OnNonFinite.ABORT) {
            abortUnlessFinite(queued);
        }
        step = number;
        control.beginStep(step);
        if (isDue(config.logging().everySteps()) || step == totalSteps || step == 1) {
            StepOutcome outcome = awaitPending().orElseThrow();
            StepMetrics metrics = clock.metrics(step, totalSteps, learningRate, outcome);
            record.ifPresent(files -> files.step(metrics));
            run.listener().onStep(metrics, totalSteps);
            clock.pause();
            control.afterStep(metrics);
            clock.resume();
        }
    }

    /** Waits for the pending step, if there is one, and records its outcome. */
    private Optional<StepOutcome> awaitPending() {
        if (pending.isEmpty()) {
            return Optional.empty();
        }
        try (PendingStep done = pending.orElseThrow()) {
            pending = Optional.empty();
            StepOutcome outcome = done.await();
            health.add(outcome);
            if (outcome.health() != StepHealth.GOOD) {
                run.listener().onWarning(reportAnomaly(done, outcome));
            }
            if (outcome.health() == StepHealth.NON_FINITE) {
                health.requireTraining(step);
            }
            return Optional.of(outcome);
        }
    }

    /**
     * Saves a checkpoint unless the loss is not finite, so that good checkpoints are not rotated
     * out.
     */
    private void saveIfFinite() {
        awaitPending();
        if (health.nonFiniteInARow() > 0) {
            run.listener()
                    .onWarning(
                            "[step "
                                    + step
                                    + "] no checkpoint was saved: the last "
                                    + health.nonFiniteInARow()
                                    + " steps had no finite loss or gradient");
        } else {
            save();
        }
    }

    private void abortUnlessFinite(PendingStep queued) {
        StepOutcome outcome = queued.await();
        if (outcome.health() == StepHealth.NON_FINITE) {
            pending = Optional.empty(); // the checkpoint is of the previous step
            String message = reportAnomaly(queued, outcome);
            queued.close();
            save();
            throw new LimeException(
                    message
                            + ". Hint: lower optimizer.learningRate, or set"
                            + " training.onNonFinite=skip");
        }
    }

    private String reportAnomaly(PendingStep at, StepOutcome outcome) {
        List<List<String>> documents = new ArrayList<>();
        for (String part : run.team().gather(Json.toLine(at.documents()))) {
            for (String[] row : Json.parse(part, String[][].class, "documents of a rank")) {
                documents.add(List.of(row));
            }
        }
        record.ifPresent(files -> files.anomaly(at.number(), outcome, documents));
        return String.format(
                Locale.ROOT,
                "[step %d] %s: loss %s, gradient norm %s; the update was skipped, its documents are"
                        + " listed in %s",
                at.number(),
                outcome.health().label(),
                outcome.loss(),
                outcome.gradientNorm(),
                run.folder().anomalies());
    }

    private void evaluate() {
        awaitPending();
        clock.pause();
        evaluation
                .after(step)
                .ifPresent(
                        result -> {
                            lastEvaluation = Optional.of(result);
                            control.afterEvaluation(result);
                        });
        clock.resume();
    }

    private TrainState state() {
        return new TrainState(
                step,
                run.tokensAfter(step),
                health.skippedSteps(),
                health.nonFiniteInARow(),
                clock.totalSeconds(),
                health.gradientNorms(),
                Optional.of(control.state())
                        .filter(changed -> !changed.equals(ControlState.INITIAL)),
                run.identity());
    }

    private void save() {
        if (savedStep == step) {
            return;
        }
        awaitPending();
        health.requireFiniteWeights(step);
        TrainState state = state();
        clock.pause();
        Optional<Path> saved = saver.checkpoint(state);
        savedStep = step;
        saved.ifPresent(folder -> run.listener().onCheckpoint(step, folder));
        clock.resume();
    }

    private TrainResult result(boolean stopped) {
        return new TrainResult(
                config.armLabel(),
                step,
                totalSteps,
                run.tokensAfter(step),
                run.model().decoder().parameterCount(),
                stopped,
                health.skippedSteps(),
                clock.averageTokensPerSecond(step),
                stopped ? Optional.empty() : lastEvaluation,
                run.folder().root(),
                stopped ? Optional.empty() : Optional.of(saver.finalModel(state())));
    }

    /** Releases a step that is still pending, and what sampling texts has opened. */
    @Override
    public void close() {
        samples.close();
        pending.ifPresent(PendingStep::close);
        pending = Optional.empty();
    }
}
