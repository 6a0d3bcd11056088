package org.limelm.train.arm;

import org.limelm.core.config.Doc;

/** The source of a token's tags. */
public sealed interface TagSource {
    /** Returns the source that keeps each token's own tags, as the annotator assigned them. */
    static TagSource observed() {
        return new Observed();
    }

    /** Returns the source that permutes the tags across the corpus. */
    static TagSource shuffled() {
        return new Shuffled();
    }

    /** Every token has the tags that the annotator assigned to it. */
    record Observed() implements TagSource {}

    /** Tags are permuted across the corpus: this keeps their frequencies but no information. */
    record Shuffled() implements TagSource {}

    /**
     * A random subset of the tokens has the tags of tokens drawn from the corpus.
     *
     * @param share share of the tokens
     * @param seed seed of the selection; independent of the run's seed, so that held-out tags are
     *     the same for every run
     */
    record Noise(
            @Doc("share of the tokens that get the tags of a token drawn from the corpus at random")
                    double share,
            @Doc("seed of the selection; use the same for all runs of a comparison") long seed)
            implements TagSource {
        /** Checks the share. */
        public Noise {
            if (!(share > 0 && share <= 1)) {
                throw new IllegalArgumentException(
                        "noise share " + share + ", expected 0 < x <= 1");
            }
        }

        /** Returns the default values. */
        public static Noise defaults() {
            return new Noise(0.1, 0);
        }
    }
}
