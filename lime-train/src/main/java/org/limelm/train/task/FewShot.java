package org.limelm.train.task;

import java.util.Optional;
import org.limelm.core.ConfigException;
import org.limelm.core.config.Doc;

/**
 * Solved examples before the prompt, drawn at random for each example, never the example itself.
 */
public record FewShot(
        @Doc("number of solved examples; --shots replaces it") int count,
        @Doc("file of JSON lines that they are drawn from; by default the data of the task")
                Optional<String> path,
        @Doc("text between examples") String separator,
        @Doc("draw only examples of the same group") boolean sameGroup,
        @Doc("seed of the selection") long seed) {
    /** Checks the count. */
    public FewShot {
        if (count < 0) {
            throw new ConfigException("[fewShot] count " + count + ", expected 0 or more");
        }
    }

    /** Returns the default values: none. */
    public static FewShot defaults() {
        return new FewShot(0, Optional.empty(), "\n\n", false, 1);
    }
}
