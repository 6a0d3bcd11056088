package org.limelm.train.arm;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import org.limelm.core.ConfigException;
import org.limelm.core.config.Doc;

/**
 * The auxiliary objective of predicting the tags of the next token: its weight in the loss. A
 * LIME+1 model that has it can predict the tags that it reads, and needs no other source of them.
 *
 * @param weight factor of the tags' mean cross-entropy, summed over the features; 0 = off
 * @param schedule how the factor develops over the run
 */
public record NextTags(
        @Doc("factor of the tags' cross-entropy in the loss; 0 = off") double weight,
        @Doc("constant, or falling (linearly to 0 at the last step)") Schedule schedule) {
    /** No such objective. */
    public static final NextTags OFF = new NextTags(0, Schedule.CONSTANT);

    /** How the factor develops over a run. */
    public enum Schedule {
        /** The same at every step. */
        CONSTANT,
        /** Linearly to 0 at the last step. */
        FALLING;

        /** Returns the name used in configurations and files. */
        @JsonValue
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Checks the weight. */
    public NextTags {
        if (!(weight >= 0 && Double.isFinite(weight))) {
            throw new ConfigException("[nextTags] weight " + weight + ", expected 0 or more");
        }
        if (weight == 0) {
            schedule = Schedule.CONSTANT;
        }
    }

    /** Returns the default: off. */
    public static NextTags defaults() {
        return OFF;
    }

    /**
     * Parses a label: {@code 0.3} or {@code 0.3:falling}.
     *
     * @throws ConfigException if it is invalid
     */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static NextTags of(String label) {
        int colon = label.indexOf(':');
        try {
            double weight = Double.parseDouble(colon < 0 ? label : label.substring(0, colon));
            Schedule schedule =
                    colon < 0
                            ? Schedule.CONSTANT
                            : Schedule.valueOf(label.substring(colon + 1).toUpperCase(Locale.ROOT));
            return new NextTags(weight, schedule);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(
                    "[nextTags] '" + label + "', expected WEIGHT or WEIGHT:falling", e);
        }
    }

    /** Returns the label: {@code 0.3} or {@code 0.3:falling}. */
    @JsonValue
    public String label() {
        return schedule == Schedule.CONSTANT ? "" + weight : weight + ":" + schedule.label();
    }

    /** Returns whether the objective is used. */
    public boolean isOn() {
        return weight > 0;
    }

    /**
     * Returns the factor at a step.
     *
     * @param step number of the step, from 1
     * @param totalSteps number of steps of the run
     */
    public double weightAt(long step, long totalSteps) {
        return schedule == Schedule.CONSTANT
                ? weight
                : weight * Math.max(0, 1 - (double) step / totalSteps);
    }

    @Override
    public String toString() {
        return label();
    }
}
