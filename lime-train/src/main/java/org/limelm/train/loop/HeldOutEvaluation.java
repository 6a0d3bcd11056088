package org.limelm.train.loop;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.limelm.train.config.RunConfig;
import org.limelm.train.data.EvaluationRows;
import org.limelm.train.evaluation.EvaluationResult;
import org.limelm.train.evaluation.Evaluator;
import org.limelm.train.evaluation.MetadataLabel;
import org.limelm.train.generation.GeneratedText;
import org.limelm.train.record.RunRecord;

/** Scores the held-out documents of a run, generates sample texts, and reports both. */
final class HeldOutEvaluation {
    private final Run run;
    private final Optional<RunRecord> record;
    private final SampleTexts samples;
    private final EvaluationRows rows;

    /**
     * Prepares the evaluations of a run.
     *
     * @param record record written by the leader
     */
    HeldOutEvaluation(Run run, Optional<RunRecord> record, SampleTexts samples) {
        this.run = run;
        this.record = record;
        this.samples = samples;
        rows = run.data().validation();
    }

    /**
     * Evaluates the current weights, or their average if so configured. Must be called by all
     * processes.
     *
     * @return the result; empty if no documents are held out
     */
    Optional<EvaluationResult> after(long step) {
        if (rows.rowCount() == 0) {
            return Optional.empty();
        }
        List<EvaluationResult> results = new ArrayList<>();
        List<GeneratedText> texts = new ArrayList<>();
        run.model()
                .using(
                        run.config().evaluation().averaged(),
                        () -> {
                            results.add(score());
                            run.team().onLeader(() -> texts.addAll(samples.ofEvaluation(step)));
                        });
        EvaluationResult result = results.get(0);
        record.ifPresent(files -> files.evaluation(step, run.tokensAfter(step), result, texts));
        run.listener().onEvaluation(step, result);
        if (!texts.isEmpty()) {
            run.listener().onSamples(step, List.copyOf(texts));
        }
        return Optional.of(result);
    }

    private EvaluationResult score() {
        RunConfig config = run.config();
        return new Evaluator(run.model().decoder(), run.model().manager(), run.team())
                .evaluate(
                        config.armLabel(),
                        MetadataLabel.of(
                                config.arm(), run.data().annotation(), run.data().annotator()),
                        "validation",
                        rows,
                        config.evaluation().batchSize(),
                        config.evaluation().tokens());
    }
}
