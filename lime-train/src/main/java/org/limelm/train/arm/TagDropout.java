package org.limelm.train.arm;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import org.limelm.core.ConfigException;
import org.limelm.core.config.Doc;
import org.limelm.core.metadata.Feature;
import org.limelm.core.metadata.MetadataSchema;

/**
 * Metadata dropout: in training, the tags of random tokens are replaced by {@link Feature#DROPPED},
 * so that the model also works where tags are missing.
 *
 * @param share probability that a token's tags are dropped, at the first step
 * @param schedule how the probability develops over the run
 */
public record TagDropout(
        @Doc("probability that the tags of a token are dropped") double share,
        @Doc("constant, or rising (linearly to 1 at the last step)") Schedule schedule) {
    /** No tags are dropped. */
    public static final TagDropout OFF = new TagDropout(0, Schedule.CONSTANT);

    /** How the probability develops over a run. */
    public enum Schedule {
        /** The same at every step. */
        CONSTANT,
        /** Linearly to 1 at the last step: leaves a model that needs no tags. */
        RISING;

        /** Returns the name used in configurations and files. */
        @JsonValue
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Checks the probability. */
    public TagDropout {
        if (!(share >= 0 && share < 1)) {
            throw new ConfigException("[dropout] share " + share + ", expected 0 <= x < 1");
        }
    }

    /** Returns the default: off. */
    public static TagDropout defaults() {
        return OFF;
    }

    /**
     * Parses a label: {@code 0.3} or {@code 0.3:rising}.
     *
     * @throws ConfigException if it is invalid
     */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static TagDropout of(String label) {
        int colon = label.indexOf(':');
        try {
            double share = Double.parseDouble(colon < 0 ? label : label.substring(0, colon));
            Schedule schedule =
                    colon < 0
                            ? Schedule.CONSTANT
                            : Schedule.valueOf(label.substring(colon + 1).toUpperCase(Locale.ROOT));
            return new TagDropout(share, schedule);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(
                    "[dropout] '" + label + "', expected SHARE or SHARE:rising", e);
        }
    }

    /** Returns the label: {@code 0.3} or {@code 0.3:rising}. */
    @JsonValue
    public String label() {
        return schedule == Schedule.CONSTANT ? "" + share : share + ":" + schedule.label();
    }

    /** Returns whether tags are dropped. */
    public boolean isOn() {
        return share > 0 || endsWithoutTags();
    }

    /** Returns whether the last steps read no tags, so that the model needs none. */
    public boolean endsWithoutTags() {
        return schedule == Schedule.RISING;
    }

    /**
     * Returns the probability at a step.
     *
     * @param step number of the step, from 1
     * @param totalSteps number of steps of the run
     */
    public double shareAt(long step, long totalSteps) {
        return schedule == Schedule.CONSTANT
                ? share
                : share + (1 - share) * Math.min(1, (double) step / totalSteps);
    }

    @Override
    public String toString() {
        return label();
    }

    /**
     * Checks that a model can do without tags: it reads none, or they were dropped in training.
     *
     * @param tables tables of the model
     * @throws ConfigException if it cannot
     */
    public static void requireDispensable(MetadataSchema tables) {
        if (tables.size() > 0 && !tables.canBeDropped()) {
            throw new ConfigException(
                    "[tags none] the model was not trained to do without tags. Hint: train an arm with dropout, such as {preset: lime, dropout: 0.3}");
        }
    }
}
