package org.limelm.train.arm;

import org.limelm.core.config.Doc;

/** Whose tags a token gets. */
public sealed interface TagSource {
    /** Returns the source of a token's own tags, as the annotator gave them. */
    static TagSource observed() {
        return new Observed();
    }

    /** Returns the source of another token's tags. */
    static TagSource shuffled() {
        return new Shuffled();
    }

    /** Every token has the tags that the annotator gave it. */
    record Observed() implements TagSource {}

    /** Tags are permuted over the corpus: the frequencies stay, the information is gone. */
    record Shuffled() implements TagSource {}

    /**
     * Some tokens, chosen at random, have the tags of tokens drawn from the corpus.
     *
     * @param share of the tokens
     * @param seed of the choice; not the run's, so that held-out tags are the same for every seed
     */
    record Noise(
            @Doc("share of the tokens that get the tags of a token drawn from the corpus")
                    double share,
            @Doc("seed of the choice, the same for all runs of a comparison") long seed)
            implements TagSource {
        /** Checks the share. */
        public Noise {
            if (!(share > 0 && share <= 1)) {
                throw new IllegalArgumentException(
                        "share of noise " + share + ", expected 0 < x <= 1");
            }
        }

        /** Returns the values of keys that are not given. */
        public static Noise defaults() {
            return new Noise(0.1, 0);
        }
    }
}
