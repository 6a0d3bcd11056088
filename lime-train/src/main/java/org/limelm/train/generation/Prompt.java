package org.limelm.train.generation;

import java.util.List;
import org.limelm.core.LimeException;

/** The beginning of a text that a model reads. */
public sealed interface Prompt {
    /**
     * A text, split into tokens as in the training of the model.
     *
     * @param text the text; if empty, the model starts a new document
     */
    record Text(String text) implements Prompt {}

    /**
     * Tokens, read as they are. Their tags are those of the bytes that they represent.
     *
     * @param ids token ids, at least one
     */
    record Tokens(List<Integer> ids) implements Prompt {
        /** Copies the list. */
        public Tokens {
            ids = List.copyOf(ids);
            if (ids.isEmpty()) {
                throw new LimeException("[prompt] no token ids, expected at least one");
            }
        }

        /** Returns the ids as an array. */
        public int[] toArray() {
            return ids.stream().mapToInt(Integer::intValue).toArray();
        }
    }
}
