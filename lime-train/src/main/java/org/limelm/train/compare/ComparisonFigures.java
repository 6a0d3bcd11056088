package org.limelm.train.compare;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.limelm.core.LimeException;
import org.limelm.core.metadata.MetadataOrigin;
import org.limelm.train.compare.ArmFigures.Differences;
import org.limelm.train.compare.ArmFigures.Efficiency;
import org.limelm.train.compare.ArmFigures.Overhead;
import org.limelm.train.compare.Comparison.RunFacts;
import org.limelm.train.config.ComparisonConfig;
import org.limelm.train.config.RunConfig;
import org.limelm.train.evaluation.EvaluationResult;
import org.limelm.train.evaluation.Sums;
import org.limelm.train.record.RunEnvironment;

/** Computes the figures of a comparison from the results of its runs. */
final class ComparisonFigures {
    private static final double MILLION = 1e6;

    /** The first token of a source is not predicted, so tokenizations may differ by its bytes. */
    private static final long UNPREDICTED_BYTES = 256;

    private final ComparisonConfig config;
    private final List<MeasuredRun> runs;
    private final ArmScores baseline;
    private final List<ArmScores> scores = new ArrayList<>();

    private ComparisonFigures(ComparisonConfig config, List<MeasuredRun> runs) {
        this.config = config;
        this.runs = runs;
        Map<String, List<MeasuredRun>> byArm = new LinkedHashMap<>();
        for (MeasuredRun run : runs) {
            byArm.computeIfAbsent(run.plan().label(), label -> new ArrayList<>()).add(run);
        }
        byArm.forEach((label, ofArm) -> scores.addAll(ArmScores.of(label, ofArm)));
        baseline = scores.get(0);
        scores.forEach(this::requireTextOfBaseline);
    }

    /**
     * Computes the figures.
     *
     * @param runs every arm with every seed, the arms in the order of the report
     * @throws org.limelm.core.LimeException if the arms were not scored on the same text
     */
    static Comparison of(ComparisonConfig config, List<MeasuredRun> runs) {
        ComparisonFigures figures = new ComparisonFigures(config, runs);
        return new Comparison(
                config.compare().title(),
                figures.provenance(),
                config.compare().seeds(),
                figures.baseline.statistics().get(0).classTags(),
                figures.scores.stream().map(figures::arm).toList(),
                runs.stream().map(figures::facts).toList());
    }

    /** Arms with the same splits have the same tokens; others at least the same text. */
    private void requireTextOfBaseline(ArmScores arm) {
        long bytes = arm.first().bytes();
        long difference = Math.abs(bytes - baseline.first().bytes());
        boolean same =
                arm.split() == baseline.split()
                        ? difference == 0 && arm.hasTokensOf(baseline)
                        : difference <= UNPREDICTED_BYTES;
        if (!same) {
            throw new LimeException(
                    String.format(
                            Locale.ROOT,
                            "[comparison %s] %s was scored on %,d tokens (%,d bytes of text), %s on %,d (%,d): not comparable. Hint: evaluate both on the same documents with the same number of tokens, arms of different tokenizations with evaluation.tokens=0 (all)",
                            config.compare().title(),
                            baseline.label(),
                            baseline.first().tokens(),
                            baseline.first().bytes(),
                            arm.label(),
                            arm.first().tokens(),
                            bytes));
        }
    }

    private ArmFigures arm(ArmScores arm) {
        EvaluationResult labels = arm.first();
        boolean isBaseline = arm.equals(baseline);
        boolean sameTokens = arm.split() == baseline.split();
        // That of a joint result is the oracle's, whose own row has it.
        boolean ownAccuracy = sameTokens && !labels.origin().equals(MetadataOrigin.JOINT.label());
        Cohesion cohesion = new Cohesion(baseline.statistics(), arm.statistics());
        return new ArmFigures(
                arm.label(),
                labels.annotation(),
                labels.origin(),
                labels.annotator(),
                arm.runs().get(0).trained().parameters(),
                labels.tokens(),
                labels.bytes(),
                arm.spread(EvaluationResult::loss),
                arm.spread(EvaluationResult::perplexity),
                arm.spread(EvaluationResult::bitsPerByte),
                arm.spread(EvaluationResult::accuracy),
                isBaseline
                        ? Optional.empty()
                        : Optional.of(differences(arm, sameTokens, ownAccuracy)),
                isBaseline || !arm.isOfTraining() || !arm.hasCurvesOnTokensOf(baseline)
                        ? Optional.empty()
                        : Optional.of(efficiency(arm)),
                overhead(arm),
                arm.isOfTraining()
                        ? arm.runs().stream().map(run -> run.trained().curve()).toList()
                        : List.of(),
                ownAccuracy ? cohesion.classes() : List.of(),
                ownAccuracy && !isBaseline ? cohesion.tokens() : List.of());
    }

    private Efficiency efficiency(ArmScores arm) {
        TextUnits units = TextUnits.of(baseline.statistics(), arm.statistics());
        return new DataEfficiency(baseline.runs(), arm.runs(), bootstrap(units)).figures();
    }

    private PairedBootstrap bootstrap(TextUnits units) {
        return new PairedBootstrap(units.baseline(), units.arm(), config.compare().replicates());
    }

    private Differences differences(ArmScores arm, boolean sameTokens, boolean ownAccuracy) {
        TextUnits units = TextUnits.of(baseline.statistics(), arm.statistics());
        PairedBootstrap bootstrap = bootstrap(units);
        return new Differences(
                bootstrap.of(Sums::bitsPerByte),
                ownAccuracy ? Optional.of(bootstrap.of(Sums::accuracy)) : Optional.empty(),
                sameTokens
                        ? Optional.of(bootstrap.of(sums -> sums.nats() / sums.tokens()))
                        : Optional.empty(),
                units.name(),
                units.count());
    }

    private Overhead overhead(ArmScores arm) {
        double parameters = arm.runs().get(0).trained().parameters();
        double ofBaseline = baseline.runs().get(0).trained().parameters();
        Spread seconds = arm.ofTraining(TrainedRun::trainingSeconds);
        OptionalDouble perMillion =
                arm.annotationSecondsPerToken()
                        .map(cost -> OptionalDouble.of(cost * MILLION))
                        .orElse(OptionalDouble.empty());
        OptionalDouble share =
                arm.annotationSecondsPerToken()
                        .map(cost -> annotationShare(arm, cost))
                        .orElse(OptionalDouble.empty());
        return new Overhead(
                parameters / ofBaseline - 1,
                seconds,
                seconds.mean() / baseline.ofTraining(TrainedRun::trainingSeconds).mean(),
                perMillion,
                share);
    }

    /** Returns annotation divided by training; empty if a run was trained on a GPU. */
    private static OptionalDouble annotationShare(ArmScores arm, double annotationPerToken) {
        double sum = 0;
        for (MeasuredRun run : arm.runs()) {
            TrainedRun trained = run.trained();
            OptionalDouble perToken = trained.coreSecondsPerToken();
            if (perToken.isEmpty()) {
                return OptionalDouble.empty();
            }
            sum +=
                    Math.min(trained.tokens(), trained.distinctTokens())
                            * annotationPerToken
                            / (trained.tokens() * perToken.getAsDouble());
        }
        return OptionalDouble.of(sum / arm.runs().size());
    }

    private RunFacts facts(MeasuredRun run) {
        RunEnvironment environment = run.trained().environment();
        Path folder = config.run().run().folder().relativize(run.plan().folder());
        return new RunFacts(
                run.plan().label(),
                run.plan().seed(),
                folder.toString(),
                run.trained().tokens(),
                run.trained().trainingSeconds(),
                environment.revision(),
                String.format(
                        Locale.ROOT,
                        "%s, %s, %s, %d threads",
                        environment.host(),
                        environment.processor(),
                        environment.device(),
                        environment.threads()));
    }

    private Map<String, String> provenance() {
        RunConfig shared = config.run();
        RunEnvironment environment = runs.get(0).trained().environment();
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("configuration", ArmComparison.CONFIG + " in the folder of the comparison");
        facts.put("seeds", config.compare().seeds().toString());
        facts.put("data", shared.data().corpus() + " " + shared.data().shards());
        facts.put(
                "held-out share of documents", String.valueOf(shared.data().validationFraction()));
        facts.put("model", shared.model().toString());
        facts.put("training", shared.training().toString());
        facts.put("optimizer", shared.optimizer().toString());
        facts.put("schedule", shared.schedule().toString());
        facts.put("LIME", environment.lime() + ", commit " + environment.revision());
        facts.put("engine", environment.engine());
        facts.put("Java", environment.java());
        facts.put("operating system", environment.os());
        return facts;
    }
}
