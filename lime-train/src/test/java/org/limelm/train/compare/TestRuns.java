package org.limelm.train.compare;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.limelm.annotate.pipeline.AnnotationCost;
import org.limelm.train.arm.Arm;
import org.limelm.train.config.ArmsAndSeeds;
import org.limelm.train.config.ComparisonConfig;
import org.limelm.train.config.EvaluationConfig;
import org.limelm.train.config.RunConfig;
import org.limelm.train.config.RunFolderConfig;
import org.limelm.train.evaluation.EvaluationResult;
import org.limelm.train.evaluation.Sums;
import org.limelm.train.evaluation.TokenClass;
import org.limelm.train.evaluation.TokenStatistics;
import org.limelm.train.evaluation.TokenStatistics.ClassSums;
import org.limelm.train.evaluation.TokenStatistics.PassageSums;
import org.limelm.train.evaluation.TokenStatistics.TokenSums;
import org.limelm.train.record.RunEnvironment;

/** Results of runs that were never trained, with figures that can be checked by hand. */
final class TestRuns {
    static final int PASSAGES = 10;
    static final int TOKENS = 200; // 20 per passage
    static final int BYTES = 800;

    private TestRuns() {}

    /** Returns a comparison of two arms with two seeds. */
    static ComparisonConfig config() {
        return config(Arm.of("lime/causal"));
    }

    /** Returns a comparison of an arm with the baseline, with two seeds. */
    static ComparisonConfig config(Arm arm) {
        RunConfig run =
                RunConfig.defaults()
                        .withRun(new RunFolderConfig(Path.of("comparison")))
                        .withEvaluation(EvaluationConfig.defaults().withTokens(0));
        return new ComparisonConfig(
                run,
                ArmsAndSeeds.defaults()
                        .with(
                                compare ->
                                        compare.title("Test <arms>")
                                                .arms(List.of(Arm.BASELINE, arm))
                                                .seeds(List.of(1L, 2L))
                                                .replicates(200)));
    }

    /**
     * Returns the runs of {@link #config}: lime/causal has one more correct token per passage and
     * reaches the baseline's final accuracy after half of its tokens.
     */
    static List<MeasuredRun> runs() {
        return runs(config());
    }

    /** Returns the runs of a comparison; those without tables are equal to the baseline's. */
    static List<MeasuredRun> runs(ComparisonConfig config) {
        List<MeasuredRun> runs = new ArrayList<>();
        ComparisonPlan plan = new ComparisonPlan(config);
        for (PlannedRun run : plan.runs()) {
            boolean lime = run.config().arm().hasTables();
            runs.add(run(run, lime ? 5 : 4, lime ? 38 : 40, BYTES));
        }
        return runs;
    }

    /**
     * Returns a run.
     *
     * @param correct correct tokens per passage
     * @param nats cross-entropy per passage
     */
    static MeasuredRun run(PlannedRun plan, int correct, double nats, int bytes) {
        boolean lime = plan.config().arm().hasTables();
        TrainedRun trained =
                new TrainedRun(
                        plan.label(),
                        plan.seed(),
                        lime ? 1_010 : 1_000,
                        4_000,
                        2_000,
                        lime ? 11 : 10,
                        lime
                                ? List.of(
                                        new CurvePoint(1_000, 3, .10),
                                        new CurvePoint(2_000, 3, .20),
                                        new CurvePoint(4_000, 3, .25))
                                : List.of(
                                        new CurvePoint(1_000, 3, .05),
                                        new CurvePoint(2_000, 3, .10),
                                        new CurvePoint(4_000, 3, .20)),
                        TOKENS,
                        environment());
        return new MeasuredRun(
                plan,
                trained,
                lime ? Optional.of(new AnnotationCost(700, 1_000, 0.5)) : Optional.empty(),
                List.of(evaluation(plan, correct, nats, bytes)));
    }

    /** Returns runs whose arms with tables have another training curve. */
    static List<MeasuredRun> withCurve(List<MeasuredRun> runs, List<CurvePoint> curve) {
        List<MeasuredRun> changed = new ArrayList<>();
        for (MeasuredRun run : runs) {
            TrainedRun trained = run.trained();
            TrainedRun other =
                    new TrainedRun(
                            trained.arm(),
                            trained.seed(),
                            trained.parameters(),
                            trained.tokens(),
                            trained.distinctTokens(),
                            trained.trainingSeconds(),
                            run.plan().config().arm().hasTables() ? curve : trained.curve(),
                            trained.heldOutTokens(),
                            trained.environment());
            changed.add(new MeasuredRun(run.plan(), other, run.annotation(), run.evaluations()));
        }
        return changed;
    }

    private static ArmEvaluation evaluation(PlannedRun plan, int correct, double nats, int bytes) {
        boolean lime = plan.config().arm().hasTables();
        double loss = nats * PASSAGES / TOKENS;
        EvaluationResult result =
                new EvaluationResult(
                        plan.label(),
                        lime ? "causal" : "none",
                        lime ? "observed" : "none",
                        "annotator",
                        "validation",
                        TOKENS,
                        bytes,
                        loss,
                        Math.exp(loss),
                        nats * PASSAGES / Math.log(2) / bytes,
                        (double) correct * PASSAGES / TOKENS,
                        Optional.empty(),
                        Optional.empty());
        return new ArmEvaluation("key", result, statistics(correct, nats, bytes));
    }

    private static TokenStatistics statistics(int correct, double nats, int bytes) {
        int each = TOKENS / PASSAGES;
        List<PassageSums> passages = new ArrayList<>();
        for (int i = 0; i < PASSAGES; i++) {
            Sums sums = new Sums(each, bytes / PASSAGES, nats, correct);
            passages.add(new PassageSums("0:" + i / 5, i % 5, sums));
        }
        long right = (long) correct * PASSAGES;
        long initial = 120;
        double all = nats * PASSAGES;
        return new TokenStatistics(
                "causal",
                passages,
                List.of(
                        new ClassSums(
                                new TokenClass(TokenClass.KIND, "word initial"),
                                new Sums(initial, 500, all / 2, 20)),
                        new ClassSums(
                                new TokenClass(TokenClass.KIND, "word suffix"),
                                new Sums(TOKENS - initial, 300, all / 2, right - 20))),
                List.of(
                        new TokenSums(1, " the", new Sums(initial, 500, all / 2, 20)),
                        new TokenSums(
                                2, "s", new Sums(TOKENS - initial, 300, all / 2, right - 20))));
    }

    private static RunEnvironment environment() {
        return new RunEnvironment(
                0,
                Instant.EPOCH,
                "test",
                "test",
                "0123456789abcdef",
                "17",
                "Linux",
                "host",
                "processor",
                2,
                1,
                "PyTorch",
                "cpu()",
                2,
                1);
    }
}
