package org.limelm.train.data;

import org.limelm.train.arm.TagSource;

/** Applies the tag source of an arm to a token source. */
public final class TagSelection {
    private TagSelection() {}

    /** Returns the tokens of a source with the tags given by a tag source. */
    public static TokenSource of(TagSource tags, TokenSource tokens) {
        if (tags instanceof TagSource.Noise noise) {
            return new NoisyTags(tokens, noise.share(), noise.seed());
        }
        return tags instanceof TagSource.Shuffled ? new ShuffledTags(tokens) : tokens;
    }
}
