package org.limelm.train.compare;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.limelm.core.LimeException;
import org.limelm.core.io.Json;
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
 * Trains arms that share everything but the arm, one after the other, each in a folder of its own
 * below {@code run.folder}, and evaluates each in its own annotation mode; a {@code lime/full}
 * model also in {@code prefix} mode, the only one of the two that exists while generating.
 */
public final class ArmComparison {
    private final RunConfig base;
    private final PreparationListener preparation;
    private final TrainingListener training;
    private final List<ComparisonRow> rows = new ArrayList<>();

    /**
     * An arm with the annotation mode of its training.
     *
     * @param arm what is compared
     * @param annotation mode of the tags; for arms without tables any
     */
    public record Side(Arm arm, AnnotationMode annotation) {}

    /**
     * Prepares a comparison.
     *
     * @param base what the arms share
     */
    public ArmComparison(
            RunConfig base, PreparationListener preparation, TrainingListener training) {
        this.base = base;
        this.preparation = preparation;
        this.training = training;
    }

    /**
     * Trains and evaluates all sides; what an earlier call finished is taken over.
     *
     * @param sides the first is the baseline of the others
     * @param stop ends the comparison after a checkpoint
     * @throws LimeException if the stop was requested, or a run fails
     */
    public Comparison run(String title, List<Side> sides, StopSignal stop) {
        for (Side side : sides) {
            RunConfig config = CorpusPreparation.prepare(config(side), preparation);
            TrainResult result = Trainer.train(config, training, stop);
            if (result.stopped()) {
                throw new LimeException(
                        "[compare] stopped in arm "
                                + result.arm()
                                + ". Hint: the same command goes on where this one stopped");
            }
            rows.add(row(result));
            if (side.arm() == Arm.LIME && side.annotation() == AnnotationMode.FULL) {
                rows.add(inPrefixMode(config, result));
            }
        }
        return Comparison.of(title, provenance(), rows);
    }

    /** Returns the folder of a side's run. */
    public Path folder(Side side) {
        return folder(base.run().folder(), side);
    }

    static Path folder(Path root, Side side) {
        return root.resolve(label(side).replace('/', '-'));
    }

    private RunConfig config(Side side) {
        return base.withArm(side.arm())
                .withAnnotation(side.annotation())
                .withRun(new RunFolderConfig(folder(side)));
    }

    private static String label(Side side) {
        return side.arm().hasTables()
                ? side.arm().label() + "/" + side.annotation().label()
                : side.arm().label();
    }

    private static ComparisonRow row(TrainResult result) {
        EvaluationResult evaluation =
                result.evaluation()
                        .orElseThrow(
                                () ->
                                        new LimeException(
                                                "[compare] no held-out documents to compare on."
                                                        + " Hint: data.validationFraction"));
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
                OptionalLong.empty(),
                curve);
    }

    private static List<CurvePoint> curve(Path folder) {
        Path file = new RunFolder(folder).evaluations();
        Map<Long, CurvePoint> byTokens = new TreeMap<>();
        try {
            for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
                EvaluationEntry entry = Json.parse(line, EvaluationEntry.class, file.toString());
                byTokens.put(
                        entry.tokens(),
                        new CurvePoint(
                                entry.tokens(), entry.result().loss(), entry.result().accuracy()));
            }
        } catch (IOException e) {
            throw new LimeException("[" + file + "] cannot be read: " + e.getMessage(), e);
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
