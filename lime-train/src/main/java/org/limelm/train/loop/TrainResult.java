package org.limelm.train.loop;

import java.nio.file.Path;
import java.util.Optional;
import org.limelm.train.evaluation.EvaluationResult;

/**
 * The result of a training run.
 *
 * @param arm arm with annotation mode, such as {@code lime/causal}
 * @param step completed optimizer steps
 * @param totalSteps configured number of steps
 * @param tokens tokens trained on
 * @param parameters number of trainable parameters
 * @param stopped whether it was stopped before the last step
 * @param skippedSteps steps that did not change the weights
 * @param tokensPerSecond throughput of this part of the run, without evaluations and checkpoints
 * @param evaluation evaluation on the held-out documents after the last step, if there are any
 * @param folder run folder
 * @param model folder of the final model; empty if stopped
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
