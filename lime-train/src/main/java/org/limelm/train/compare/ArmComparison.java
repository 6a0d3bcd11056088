package org.limelm.train.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.limelm.core.LimeException;
import org.limelm.core.config.ConfigLoader;
import org.limelm.core.io.AtomicFile;
import org.limelm.core.io.FolderLock;
import org.limelm.core.io.IoErrors;
import org.limelm.train.compare.ComparisonReport.GeneratedSample;
import org.limelm.train.config.ComparisonConfig;
import org.limelm.train.config.DataConfig;
import org.limelm.train.config.RunConfig;
import org.limelm.train.loop.StopSignal;
import org.limelm.train.prepare.BundledSample;
import org.limelm.train.prepare.CorpusPreparation;
import org.limelm.train.prepare.PreparationListener;
import org.limelm.train.record.EvaluationEntry;
import org.limelm.train.record.RunFolder;
import org.limelm.train.record.RunLogs;

/**
 * Trains and evaluates the arms of a comparison, one run after the other, each in its own folder
 * below {@code run.folder}.
 *
 * <p>All results are files, so that a comparison that was stopped or killed resumes: finished runs
 * and evaluations are read, an unfinished run resumes from its latest checkpoint. A second process
 * that runs the same comparison waits for the first.
 */
public final class ArmComparison {
    /** Name of the file with the configuration of the latest call. */
    public static final String CONFIG = "compare.yaml";

    private final ComparisonConfig config;
    private final ComparisonPlan plan;
    private final PreparationListener preparation;
    private final ComparisonListener listener;
    private final Map<Path, DataConfig> prepared = new HashMap<>();

    /**
     * Prepares a comparison, and copies the bundled sample into its folder if it is used.
     *
     * @param config its configuration
     * @param preparation receives the progress of corpus preparation
     * @param listener receives the progress of the runs
     * @throws LimeException if the folder cannot be written
     */
    public ArmComparison(
            ComparisonConfig config, PreparationListener preparation, ComparisonListener listener) {
        this.config = BundledSample.place(config);
        this.plan = new ComparisonPlan(this.config);
        this.preparation = preparation;
        this.listener = listener;
    }

    /** Returns the runs of the comparison. */
    public ComparisonPlan plan() {
        return plan;
    }

    /** Returns the folder of the comparison. */
    public Path folder() {
        return config.run().run().folder();
    }

    /**
     * Prepares the data of all runs, then trains and evaluates what no earlier call has finished.
     *
     * @param stop ends the comparison after a checkpoint
     * @return the figures of all runs
     * @throws LimeException if the stop was requested, the arms do not have the same documents, or
     *     a run fails
     */
    @SuppressWarnings("try") // the lock is held, not used
    public Comparison run(StopSignal stop) {
        createFolder();
        try (FolderLock lock =
                FolderLock.await(folder(), process -> listener.onWait(folder(), process))) {
            AtomicFile.writeString(folder().resolve(CONFIG), ConfigLoader.toYaml(config));
            listener.onPlan(plan.runs());
            List<RunConfig> configs = new ArrayList<>();
            for (PlannedRun run : plan.runs()) {
                configs.add(prepare(run, stop));
            }
            SameDocuments.require(configs);
            List<MeasuredRun> measured = new ArrayList<>();
            try (RunMeasurement measurement = new RunMeasurement(listener, stop)) {
                for (int i = 0; i < configs.size(); i++) {
                    measured.add(measurement.of(plan.runs().get(i), configs.get(i)));
                }
            }
            return ComparisonFigures.of(config, measured);
        }
    }

    /**
     * Returns the texts that the finished runs of the first seed generated at their last evaluation
     * from {@code evaluation.prompts}, by caption.
     *
     * @throws LimeException if the evaluations of a run cannot be read
     */
    public Map<String, GeneratedSample> samples() {
        Map<String, GeneratedSample> samples = new LinkedHashMap<>();
        if (config.run().evaluation().prompts().isEmpty()) {
            return samples;
        }
        long seed = config.compare().seeds().get(0);
        for (PlannedRun run : plan.runs()) {
            if (run.seed() == seed) {
                List<EvaluationEntry> entries = RunLogs.evaluations(new RunFolder(run.folder()));
                entries.get(entries.size() - 1)
                        .samples()
                        .map(texts -> GeneratedSample.byCaption(run.label(), texts))
                        .ifPresent(samples::putAll);
            }
        }
        return samples;
    }

    private void createFolder() {
        try {
            Files.createDirectories(folder());
        } catch (IOException e) {
            throw IoErrors.cannotWrite(folder(), e);
        }
    }

    /** Prepares the data of a run; runs with the same splits and annotation mode share it. */
    private RunConfig prepare(PlannedRun run, StopSignal stop) {
        RunConfig config = run.config();
        Path kind = Path.of(config.arm().split().label(), config.annotation().label());
        DataConfig data =
                prepared.computeIfAbsent(
                        kind,
                        unprepared -> {
                            RunMeasurement.requireNoStop(run, stop);
                            return CorpusPreparation.prepare(config, preparation).data();
                        });
        return config.withData(data);
    }
}
