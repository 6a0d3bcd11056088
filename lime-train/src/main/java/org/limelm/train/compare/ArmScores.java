package org.limelm.train.compare;

import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.limelm.core.text.Alignment;
import org.limelm.train.evaluation.EvaluationResult;
import org.limelm.train.evaluation.TokenStatistics;

/**
 * One evaluation of an arm with all seeds.
 *
 * @param label label of the arm
 * @param runs its runs, in the order of the seeds
 * @param evaluation index among the evaluations of each run; 0 is that in the mode of training
 */
record ArmScores(String label, List<MeasuredRun> runs, int evaluation) {
    /** Returns the evaluations of all runs of an arm. */
    static List<ArmScores> of(String label, List<MeasuredRun> runs) {
        return IntStream.range(0, runs.get(0).evaluations().size())
                .mapToObj(evaluation -> new ArmScores(label, runs, evaluation))
                .toList();
    }

    /** Returns whether this is the evaluation that was repeated during training. */
    boolean isOfTraining() {
        return evaluation == 0;
    }

    /** Returns the result of the first seed, for its labels. */
    EvaluationResult first() {
        return result(runs.get(0));
    }

    /** Returns the statistics of every seed. */
    List<TokenStatistics> statistics() {
        return runs.stream().map(run -> run.evaluations().get(evaluation).statistics()).toList();
    }

    /** Returns a figure of the results over the seeds. */
    Spread spread(ToDoubleFunction<EvaluationResult> figure) {
        return Spread.of(runs.stream().map(run -> figure.applyAsDouble(result(run))).toList());
    }

    /** Returns a figure of the training over the seeds. */
    Spread ofTraining(ToDoubleFunction<TrainedRun> figure) {
        return Spread.of(runs.stream().map(run -> figure.applyAsDouble(run.trained())).toList());
    }

    /** Returns the core-seconds of annotating a token; empty if not measured or not needed. */
    Optional<Double> annotationSecondsPerToken() {
        return runs.get(0).annotation().map(cost -> cost.coreSecondsPerToken());
    }

    private EvaluationResult result(MeasuredRun run) {
        return run.evaluations().get(evaluation).result();
    }

    /** Returns how the arm splits text into tokens. */
    Alignment split() {
        return runs.get(0).plan().config().arm().split();
    }

    /**
     * Returns whether the points of the training curves were scored on the same tokens, and each
     * curve of this arm has more than one: a single point does not show when an accuracy is
     * reached.
     */
    boolean hasCurvesOnTokensOf(ArmScores other) {
        return runs.stream().allMatch(run -> run.trained().curve().size() > 1)
                && split() == other.split()
                && Stream.of(this, other)
                                .flatMap(arm -> arm.runs().stream())
                                .map(run -> run.trained().heldOutTokens())
                                .distinct()
                                .count()
                        == 1;
    }

    /** Returns whether every token was scored equally often in both. */
    boolean hasTokensOf(ArmScores other) {
        return first().tokens() == other.first().tokens()
                && statistics().get(0).vocabulary().stream()
                        .map(token -> token.id() + ":" + token.sums().tokens())
                        .toList()
                        .equals(
                                other.statistics().get(0).vocabulary().stream()
                                        .map(token -> token.id() + ":" + token.sums().tokens())
                                        .toList());
    }
}
