package org.limelm.train.generation;

/** Observes a text while it is generated. An exception that it throws ends the generation. */
@FunctionalInterface
public interface GenerationListener {
    /** Receives generated text as soon as its characters are complete. */
    void text(String added);

    /**
     * Receives the choice of a token, as {@link org.limelm.model.generate.ChoiceListener#chosen}.
     *
     * @param token the chosen id
     * @param logits logits or log-probabilities of all tokens, (V); not to be changed
     */
    default void chosen(int token, float[] logits) {}
}
