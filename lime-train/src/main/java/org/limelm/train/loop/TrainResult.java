package org.limelm.train.loop;

import java.nio.file.Path;
import java.util.Optional;
import org.limelm.train.evaluation.EvaluationResult;

/**
 * How a run ended.
 *
 * @param arm with its annotation mode: {@code lime/causal}
 * @param step optimizer steps done
 * @param totalSteps steps asked for
 * @param tokens tokens trained on
 * @param parameters trained numbers of the model
 * @param stopped whether a signal ended it before the last step
 * @param skippedSteps steps that did not change the weights
 * @param tokensPerSecond of this part of the run, evaluations and checkpoints left out
 * @param evaluation on the held-out documents after the last step, if there are any
 * @param folder of the run
 * @param model folder of the final model; absent when stopped
 */
public record TrainResult(
        String arm,
        long step,
        long totalSteps,
        long tokens,
        long parameters,
        boolean stopped,
        long skippedSteps,
        double tokensPerSecond,
        Optional<EvaluationResult> evaluation,
        Path folder,
        Optional<Path> model) {}
