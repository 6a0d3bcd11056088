package org.limelm.model.decoder;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import org.limelm.core.ConfigException;
import org.limelm.core.metadata.MetadataSchema;

/**
 * The architecture of a head that predicts the tags of the next token.
 *
 * @param features the predicted features, at least one; each is conditioned on the tags of those
 *     before it
 * @param input what the head reads
 */
public record TagHeadConfig(MetadataSchema features, Input input) {
    /** What the head reads at position i, where it predicts the tags of token i + 1. */
    public enum Input {
        /**
         * The final state of position i, for models whose position i does not read tags of token i
         * + 1.
         */
        STATE,
        /**
         * The final state of position i − 1 and the embedding of token i. For LIME+1, whose state
         * at position i already contains the tags of token i + 1.
         */
        PREVIOUS_STATE,
        /**
         * The final state of position i when it reads the tag {@code DROPPED} instead of those of
         * token i + 1. For LIME+1 trained with dropped tags; each position is read twice.
         */
        UNTAGGED_STATE;

        /** Returns the name used in files. */
        @JsonValue
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Checks that there is a feature to predict. */
    public TagHeadConfig {
        if (features.size() == 0) {
            throw new ConfigException("[tag head] no features, expected at least one");
        }
    }

    /**
     * Returns whether the tags of every position are predicted in the pass that predicts its token.
     */
    public boolean predictsInOnePass() {
        return input != Input.UNTAGGED_STATE;
    }

    /** Returns whether the head reads the embedding of the current token. */
    boolean readsToken() {
        return input == Input.PREVIOUS_STATE;
    }

    /** Returns the width of the head's input for a model of width D: D or 2D. */
    public long inputWidth(long hiddenSize) {
        return readsToken() ? 2 * hiddenSize : hiddenSize;
    }
}
