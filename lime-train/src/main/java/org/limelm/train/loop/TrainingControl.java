package org.limelm.train.loop;

import java.util.OptionalDouble;
import org.limelm.train.generation.GeneratedText;

/**
 * What a {@link TrainingCallback} can do. Requests are carried out at the end of the current step,
 * in the order evaluate, save, stop or finish. Must be used only during the call that passed it.
 */
public interface TrainingControl {
    /** Returns the number of completed optimizer steps. */
    long step();

    /** Returns the configured number of steps. */
    long totalSteps();

    /**
     * Requests a stop after this step, as a signal does: the run saves a checkpoint and can be
     * resumed; no model is written.
     */
    void stop();

    /**
     * Requests the end of the run after this step, as if it were the last: the run evaluates, saves
     * a checkpoint and writes its model.
     */
    void finish();

    /** Requests a checkpoint of this step. */
    void save();

    /** Requests an evaluation of this step; a step is evaluated at most once. */
    void evaluate();

    /**
     * Sets the factor of the scheduled learning rate from the next step on. It is saved in
     * checkpoints: a resumed run continues with it.
     *
     * @param factor 0 or more
     * @throws IllegalArgumentException if it is negative or not finite
     */
    void setLearningRateFactor(double factor);

    /** Returns the factor of the scheduled learning rate, 1 unless a callback has set it. */
    double learningRateFactor();

    /**
     * Continues a prompt with the current weights (their average, if evaluations use it). Draws no
     * random numbers of the training: the text is a function of weights, prompt and the run's seed.
     *
     * @param maxTokens maximum number of new tokens
     * @throws org.limelm.core.LimeException if the run has no tokenizer, or the tags that the model
     *     reads are not available during generation
     */
    GeneratedText sample(String prompt, int maxTokens);

    /**
     * Remembers a number for later calls. It is saved in checkpoints and restored when the run is
     * resumed. All callbacks of a run share the names.
     *
     * @throws IllegalArgumentException if the number is not finite
     */
    void remember(String name, double value);

    /** Returns the number remembered under a name. */
    OptionalDouble recall(String name);
}
