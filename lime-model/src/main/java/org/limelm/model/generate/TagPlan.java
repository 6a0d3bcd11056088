package org.limelm.model.generate;

import java.util.List;
import java.util.function.Predicate;

/**
 * What a caller demands of the tags of generated tokens, for models that predict them: "a number
 * now", a sequence of tags, or a pattern.
 */
@FunctionalInterface
public interface TagPlan {
    /** The plan that leaves all tags to the model. */
    TagPlan FREE = before -> tags -> true;

    /**
     * Returns which tags the next generated token may have: a predicate on its tag ids, one per
     * feature.
     *
     * @param before tag ids chosen for the tokens generated so far, one array per token
     */
    Predicate<int[]> after(List<int[]> before);
}
