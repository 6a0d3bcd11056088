package org.limelm.train.compare;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.limelm.annotate.pipeline.AnnotationCost;
import org.limelm.core.LimeException;
import org.limelm.core.text.Alignment;
import org.limelm.train.config.RunConfig;
import org.limelm.train.config.SourceConfig;
import org.limelm.train.evaluation.EvaluationResult;
import org.limelm.train.evaluation.HeldOutText;
import org.limelm.train.evaluation.StatisticsCollector;
import org.limelm.train.generation.GeneratedText;
import org.limelm.train.generation.TrainedModel;
import org.limelm.train.loop.StopSignal;
import org.limelm.train.loop.TrainResult;
import org.limelm.train.loop.Trainer;
import org.limelm.train.loop.TrainingListener;
import org.limelm.train.record.EvaluationEntry;
import org.limelm.train.record.RunEnvironment;
import org.limelm.train.record.RunFolder;
import org.limelm.train.record.RunLogs;
import org.limelm.train.record.StepMetrics;

/**
 * Trains and evaluates the runs of a comparison, or reads what an earlier call finished. Owns the
 * held-out texts, of which there is one per kind of splits.
 */
final class RunMeasurement implements AutoCloseable {
    private final ComparisonListener listener;
    private final StopSignal stop;
    private final Map<Alignment, RunConfig> firstOfSplit = new EnumMap<>(Alignment.class);
    private final Map<Alignment, HeldOutText> texts = new EnumMap<>(Alignment.class);

    RunMeasurement(ComparisonListener listener, StopSignal stop) {
        this.listener = listener;
        this.stop = stop;
    }

    /**
     * Returns the results of a run.
     *
     * @param config configuration of the run, with prepared shards
     * @throws LimeException if the stop was requested, or the run fails
     */
    MeasuredRun of(PlannedRun run, RunConfig config) {
        firstOfSplit.putIfAbsent(config.arm().split(), config);
        RunSettings settings = RunSettings.of(config);
        settings.claim(run.folder());
        TrainedRun trained = trained(run, config);
        listener.onTrained(run, trained);
        String key = settings.keyOfEvaluation(config.evaluation(), firstOfSplit(config));
        return new MeasuredRun(run, trained, annotationCost(config), evaluated(run, config, key));
    }

    private TrainedRun trained(PlannedRun run, RunConfig config) {
        Optional<TrainedRun> finished = TrainedRun.find(run.folder());
        RunFolder folder = new RunFolder(run.folder());
        if (finished.isPresent() && Files.isDirectory(folder.model())) {
            return finished.orElseThrow();
        }
        requireNoStop(run);
        StartRecorder started = new StartRecorder(listener.onTraining(run));
        TrainResult result = Trainer.train(config, started, stop);
        if (result.stopped()) {
            throw stopped(run);
        }
        long heldOutTokens =
                result.evaluation()
                        .map(EvaluationResult::tokens)
                        .orElseThrow(RunMeasurement::nothingHeldOut);
        List<StepMetrics> steps = RunLogs.metrics(folder);
        List<RunEnvironment> history = RunLogs.history(folder);
        TrainedRun trained =
                new TrainedRun(
                        run.label(),
                        run.seed(),
                        result.parameters(),
                        result.tokens(),
                        started.distinctTokens,
                        steps.get(steps.size() - 1).seconds(),
                        curve(folder, heldOutTokens),
                        heldOutTokens,
                        history.get(history.size() - 1));
        trained.write(run.folder());
        return trained;
    }

    private static LimeException nothingHeldOut() {
        return new LimeException(
                "[compare] no held-out documents to compare on. Hint: raise"
                        + " data.validationFraction");
    }

    /** Returns the evaluations of a run; a resumed one may have scored other tokens before. */
    private static List<CurvePoint> curve(RunFolder folder, long heldOutTokens) {
        Map<Long, CurvePoint> byTokens = new TreeMap<>(); // a resumed run may evaluate a step twice
        for (EvaluationEntry entry : RunLogs.evaluations(folder)) {
            EvaluationResult result = entry.result();
            if (result.tokens() == heldOutTokens) {
                byTokens.put(
                        entry.tokens(),
                        new CurvePoint(entry.tokens(), result.bitsPerByte(), result.accuracy()));
            }
        }
        return List.copyOf(byTokens.values());
    }

    private static Optional<AnnotationCost> annotationCost(RunConfig config) {
        return config.arm().usesTags()
                ? AnnotationCost.ofAll(
                        config.data().shards().stream().map(SourceConfig::path).toList())
                : Optional.empty();
    }

    private List<ArmEvaluation> evaluated(PlannedRun run, RunConfig config, String key) {
        List<ArmEvaluation> results = new ArrayList<>();
        try (OpenModel model = new OpenModel(run.folder())) {
            for (ArmEvaluations.Named evaluation : ArmEvaluations.of(config)) {
                ArmEvaluation result =
                        ArmEvaluation.find(run.folder(), evaluation.name(), key)
                                .orElseGet(() -> evaluate(run, config, key, evaluation, model));
                listener.onEvaluated(run, result.result());
                results.add(result);
            }
        }
        return List.copyOf(results);
    }

    private ArmEvaluation evaluate(
            PlannedRun run,
            RunConfig config,
            String key,
            ArmEvaluations.Named evaluation,
            OpenModel model) {
        requireNoStop(run);
        listener.onEvaluating(run, evaluation.name());
        StatisticsCollector collector = text(config).collector(config);
        EvaluationResult result = evaluation.scoring().score(model.get(), collector);
        ArmEvaluation measured = new ArmEvaluation(key, result, collector.statistics());
        measured.write(run.folder(), evaluation.name());
        return measured;
    }

    private HeldOutText text(RunConfig config) {
        RunConfig first = firstOfSplit(config);
        return texts.computeIfAbsent(config.arm().split(), split -> HeldOutText.open(first));
    }

    /** Returns the configuration of the first run with the same tokens, whose tags are classes. */
    private RunConfig firstOfSplit(RunConfig config) {
        return firstOfSplit.getOrDefault(config.arm().split(), config);
    }

    private void requireNoStop(PlannedRun run) {
        requireNoStop(run, stop);
    }

    /**
     * Checks that a comparison is to go on.
     *
     * @param run the run that is next
     * @throws LimeException if the stop was requested
     */
    static void requireNoStop(PlannedRun run, StopSignal stop) {
        if (stop.requested()) {
            throw stopped(run);
        }
    }

    private static LimeException stopped(PlannedRun run) {
        return new LimeException(
                "[compare] stopped at " + run + ". Hint: to resume, repeat the command");
    }

    @Override
    public void close() {
        texts.values().forEach(HeldOutText::close);
    }

    /** The model of a run, opened when the first evaluation needs it. */
    private static final class OpenModel implements AutoCloseable {
        private final Path folder;
        private @Nullable TrainedModel model;

        OpenModel(Path folder) {
            this.folder = folder;
        }

        TrainedModel get() {
            TrainedModel open = model;
            if (open == null) {
                open = TrainedModel.open(folder);
                model = open;
            }
            return open;
        }

        @Override
        public void close() {
            if (model != null) {
                model.close();
            }
        }
    }

    /** Passes all events on, and keeps what the run said at its start. */
    private static final class StartRecorder implements TrainingListener {
        private final TrainingListener next;
        private long distinctTokens;

        StartRecorder(TrainingListener next) {
            this.next = next;
        }

        @Override
        public void onStart(RunStart start) {
            distinctTokens = start.trainingTokens();
            next.onStart(start);
        }

        @Override
        public void onStep(StepMetrics metrics, long totalSteps) {
            next.onStep(metrics, totalSteps);
        }

        @Override
        public void onEvaluation(long step, EvaluationResult result) {
            next.onEvaluation(step, result);
        }

        @Override
        public void onSamples(long step, List<GeneratedText> samples) {
            next.onSamples(step, samples);
        }

        @Override
        public void onCheckpoint(long step, Path folder) {
            next.onCheckpoint(step, folder);
        }

        @Override
        public void onWarning(String message) {
            next.onWarning(message);
        }
    }
}
