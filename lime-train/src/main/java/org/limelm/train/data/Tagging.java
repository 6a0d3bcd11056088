package org.limelm.train.data;

import org.limelm.train.arm.TagSource;

/** Gives tokens the tags that an arm reads. */
public final class Tagging {
    private Tagging() {}

    /** Returns the tokens of a source with the tags that an arm says they have. */
    public static TokenSource of(TagSource tags, TokenSource tokens) {
        if (tags instanceof TagSource.Noise noise) {
            return new NoisyTags(tokens, noise.share(), noise.seed());
        }
        return tags instanceof TagSource.Shuffled ? new ShuffledTags(tokens) : tokens;
    }
}
