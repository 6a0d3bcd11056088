package org.limelm.train.task;

import java.util.List;
import org.limelm.train.evaluation.MetadataLabel;

/**
 * The results of the examples of a task.
 *
 * @param label the tags that the model read
 * @param examples one outcome per example, in order
 */
record TaskOutcomes(MetadataLabel label, List<Outcome> examples) {
    TaskOutcomes {
        examples = List.copyOf(examples);
    }

    /** Returns the number of examples whose prompt was longer than the model's context. */
    int truncated() {
        return (int) examples.stream().filter(Outcome::truncated).count();
    }
}
