package org.limelm.train.compare;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.limelm.core.LimeException;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.train.arm.Arm;
import org.limelm.train.compare.ComparisonRow.CurvePoint;
import org.limelm.train.config.RunConfig;
import org.limelm.train.config.RunFolderConfig;
import org.limelm.train.evaluation.EvaluationResult;
import org.limelm.train.evaluation.ModelEvaluation;
import org.limelm.train.generation.TrainedModel;
import org.limelm.train.loop.StopSignal;
import org.limelm.train.loop.TrainResult;
import org.limelm.train.loop.Trainer;
import org.limelm.train.loop.TrainingListener;
import org.limelm.train.prepare.CorpusPreparation;
import org.limelm.train.prepare.PreparationListener;
import org.limelm.train.record.EvaluationEntry;
import org.limelm.train.record.RunFolder;

/**
 * Trains arms that share all other settings, one after the other, each in a separate folder under
 * {@code run.folder}. Each arm is evaluated in its own annotation mode; a {@code lime/full} model
 * is also evaluated in {@code prefix} mode, because {@code full} tags are not available during
 * generation.
 */
public final class ArmComparison {
    private final RunConfig base;
    private final PreparationListener preparation;
    private final TrainingListener training;
    private final List<ComparisonRow> rows = new ArrayList<>();

    /**
     * Creates a comparison.
     *
     * @param base the settings that the arms share
     */
    public ArmComparison(
            RunConfig base, PreparationListener preparation, TrainingListener training) {
        this.base = base;
        this.preparation = preparation;
        this.training = training;
    }

    /**
     * Trains and evaluates all arms; results that an earlier call finished are reused.
     *
     * @param arms the arms, baseline first; an arm without an annotation mode uses that of the
     *     configuration
     * @param stop ends the comparison after a checkpoint
     * @throws LimeException if the stop was requested, or a run fails
     */
    public Comparison run(String title, List<Arm> arms, StopSignal stop) {
        for (Arm arm : arms) {
            RunConfig config = CorpusPreparation.prepare(config(arm), preparation);
            TrainResult result = Trainer.train(config, training, stop);
            if (result.stopped()) {
                throw new LimeException(
                        "[compare] stopped in arm "
                                + result.arm()
                                + ". Hint: to resume, repeat the command");
            }
            rows.add(row(result));
            if (config.arm().equals(Arm.LIME) && config.annotation() == AnnotationMode.FULL) {
                rows.add(inPrefixMode(config, result));
            }
        }
        return Comparison.of(title, provenance(), rows);
    }

    /** Returns the folder of an arm's run. */
    public Path folder(Arm arm) {
        return folder(base, arm);
    }

    static Path folder(RunConfig base, Arm arm) {
        String name = base.withArm(arm).armLabel().replaceAll("[^\\w.+=-]", "-");
        return base.run().folder().resolve(name);
    }

    private RunConfig config(Arm arm) {
        return base.withArm(arm).withRun(new RunFolderConfig(folder(arm)));
    }

    private static ComparisonRow row(TrainResult result) {
        EvaluationResult evaluation =
                result.evaluation()
                        .orElseThrow(
                                () ->
                                        new LimeException(
                                                "[compare] no held-out documents to compare on."
                                                        + " Hint: raise data.validationFraction"));
        return row(evaluation, result.parameters(), curve(result.folder()));
    }

    private static ComparisonRow inPrefixMode(RunConfig config, TrainResult result) {
        try (TrainedModel model = TrainedModel.open(result.folder())) {
            EvaluationResult evaluation =
                    new ModelEvaluation(model, config.evaluation().batchSize())
                            .heldOut(config, AnnotationMode.PREFIX, config.evaluation().tokens());
            return row(evaluation, result.parameters(), List.of());
        }
    }

    private static ComparisonRow row(
            EvaluationResult evaluation, long parameters, List<CurvePoint> curve) {
        return new ComparisonRow(
                evaluation.arm(),
                evaluation.annotation(),
                evaluation.origin(),
                parameters,
                evaluation.loss(),
                evaluation.perplexity(),
                evaluation.bitsPerByte(),
                evaluation.accuracy(),
                evaluation.tokens(),
                evaluation.bytes(),
                OptionalLong.empty(),
                curve);
    }

    private static List<CurvePoint> curve(Path folder) {
        Map<Long, CurvePoint> byTokens = new TreeMap<>();
        for (EvaluationEntry entry : EvaluationEntry.read(new RunFolder(folder))) {
            byTokens.put(
                    entry.tokens(),
                    new CurvePoint(
                            entry.tokens(), entry.result().loss(), entry.result().accuracy()));
        }
        return List.copyOf(byTokens.values());
    }

    private Map<String, String> provenance() {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("seed", Long.toString(base.seed()));
        facts.put("model", base.model().toString());
        facts.put("training", base.training().toString());
        facts.put("optimizer", base.optimizer().toString());
        facts.put("schedule", base.schedule().toString());
        facts.put("data", base.data().corpus().toString());
        facts.put("held-out share of documents", Double.toString(base.data().validationFraction()));
        facts.put("Java", System.getProperty("java.vm.name") + " " + Runtime.version());
        facts.put(
                "machine",
                System.getProperty("os.name")
                        + " "
                        + System.getProperty("os.arch")
                        + ", "
                        + Runtime.getRuntime().availableProcessors()
                        + " cores");
        return facts;
    }
}
