package org.limelm.train.generation;

import java.util.List;
import java.util.function.Consumer;

/** Receives generated text as soon as its characters are complete, and may end the generation. */
public interface GenerationListener {
    /**
     * Called for each piece of text.
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

    /** Asked after each token: returns whether to generate another one. */
    default boolean goesOn() {
        return true;
    }

    /** Returns a listener that passes the text on. */
    static GenerationListener of(Consumer<String> text) {
        return (added, tags) -> text.accept(added);
    }
}
