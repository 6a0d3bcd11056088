package org.limelm.model.generate;

/** Observes how each token of a generation is chosen. */
@FunctionalInterface
public interface ChoiceListener {
    /** Ignores all choices. */
    ChoiceListener NONE = (token, logits) -> {};

    /**
     * Called once per choice, also for the end-of-text token, which is not part of the text.
     *
     * @param token the chosen id
     * @param logits logits or log-probabilities of all tokens at this position, before temperature
     *     and other options of sampling, (V); not to be changed. For a model that predicts its own
     *     tags, those under the chosen tags
     */
    void chosen(int token, float[] logits);

    /**
     * Called before each token of the prompt that is read by itself, as a model that predicts its
     * own tags does.
     */
    default void readsPrompt() {}
}
