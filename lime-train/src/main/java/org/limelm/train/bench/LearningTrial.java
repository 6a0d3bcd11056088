package org.limelm.train.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.limelm.core.LimeException;
import org.limelm.train.arm.Arm;
import org.limelm.train.config.RunConfig;
import org.limelm.train.evaluation.EvaluationResult;
import org.limelm.train.loop.Trainer;
import org.limelm.train.prepare.BundledSample;
import org.limelm.train.prepare.CorpusPreparation;
import org.limelm.train.prepare.PreparationListener;

/**
 * A short training run that shows how much a model learns from few tokens: the baseline of the
 * quick start, trained on the bundled sample for {@value #STEPS} steps.
 */
final class LearningTrial {
    static final int STEPS = 300;

    private LearningTrial() {}

    /**
     * Trains in a folder and returns the evaluation on all held-out documents.
     *
     * @param overrides {@code key=value} overrides of configs/quickstart.yaml
     */
    static EvaluationResult run(Path folder, List<String> overrides) {
        List<String> keys = new ArrayList<>(overrides);
        keys.add("arm=" + Arm.BASELINE.label());
        keys.add("training.steps=" + STEPS);
        keys.add("evaluation.everySteps=0");
        RunConfig config = BundledSample.quickstart(folder, keys).run();
        return Trainer.train(CorpusPreparation.prepare(config, PreparationListener.SILENT))
                .evaluation()
                .orElseThrow(() -> new LimeException("[learning] no held-out documents"));
    }
}
