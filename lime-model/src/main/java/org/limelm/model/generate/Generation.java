package org.limelm.model.generate;

import java.util.List;

/**
 * What was written.
 *
 * @param tokens the new ids, without the prompt and without the end of text
 * @param stop why it ended there
 * @param slides how often the context window moved; 0 if the whole text fit
 */
public record Generation(List<Integer> tokens, Stop stop, int slides) {
    /** Copies the list. */
    public Generation {
        tokens = List.copyOf(tokens);
    }

    /** Why writing ended. */
    public enum Stop {
        /** The model wrote the end of text. */
        END_OF_TEXT,
        /** As many tokens as asked for were written. */
        MAX_TOKENS
    }
}
