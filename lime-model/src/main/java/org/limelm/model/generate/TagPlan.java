package org.limelm.model.generate;

import java.util.List;

/**
 * What a caller demands of the tags of generated tokens, for models that predict them: "a number
 * now", a sequence of tags, or a pattern.
 */
@FunctionalInterface
public interface TagPlan {
    /**
     * Returns whether the next generated token may have these tags.
     *
     * @param before tag ids of the tokens generated so far, one array per token
     * @param tags tag ids, one per feature
     */
    boolean allows(List<int[]> before, int[] tags);

    /** The plan that leaves all tags to the model. */
    TagPlan FREE = (before, tags) -> true;

    /** Returns the plan that leaves all tags to the model. */
    static TagPlan free() {
        return FREE;
    }
}
