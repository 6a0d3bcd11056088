package org.limelm.model.generate;

import java.util.List;

/**
 * The result of a generation.
 *
 * @param tokens the generated ids, without the prompt and the end-of-text token
 * @param stop why generation stopped
 * @param slides how often the context window moved; 0 if the whole text fit
 */
public record Generation(List<Integer> tokens, Stop stop, int slides) {
    /** Copies the list. */
    public Generation {
        tokens = List.copyOf(tokens);
    }

    /** Why generation stopped. */
    public enum Stop {
        /** The model generated the end-of-text token. */
        END_OF_TEXT,
        /** No tags of a further token are part of the {@link TagPlan}. */
        END_OF_PLAN,
        /** The requested number of tokens was generated. */
        MAX_TOKENS,
        /** The caller did not accept more tokens, because its text was complete. */
        CALLER
    }
}
