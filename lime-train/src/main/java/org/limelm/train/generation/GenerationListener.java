package org.limelm.train.generation;

import java.util.List;

/**
 * Observes a text while it is generated, and may end it. An exception that it throws ends it, too.
 */
@FunctionalInterface
public interface GenerationListener {
    /**
     * Receives generated text as soon as its characters are complete.
     *
     * @param added complete characters, at least one
     * @param tags tags of the piece from the model's causal annotator, one name per feature of the
     *     annotator; empty unless {@link #wantsTags}
     */
    void onText(String added, List<String> tags);

    /** Returns whether to annotate the text for {@link #onText}. */
    default boolean wantsTags() {
        return false;
    }

    /**
     * Receives the choice of a token, as {@link org.limelm.model.generate.ChoiceListener#chosen}.
     *
     * @param token the chosen id
     * @param logits logits or log-probabilities of all tokens, (V); not to be changed
     */
    default void chosen(int token, float[] logits) {}

    /** Called before the model reads a token of the prompt, if it reads them one by one. */
    default void readsPrompt() {}

    /** Asked after each token: returns whether to generate another one. */
    default boolean goesOn() {
        return true;
    }
}
