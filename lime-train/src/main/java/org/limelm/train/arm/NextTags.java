package org.limelm.train.arm;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.limelm.core.ConfigException;
import org.limelm.core.config.Doc;

/**
 * The auxiliary objective of predicting the tags of the next token: its weight in the loss. A
 * LIME+1 model that has it can predict the tags that it reads, and needs no other source of them.
 *
 * @param weight factor of the tags' mean cross-entropy, summed over the features; 0 = off
 * @param schedule how the factor develops over the run
 * @param passes how LIME+1 sees what precedes the tags that it predicts
 */
public record NextTags(
        @Doc("factor of the tags' cross-entropy in the loss; 0 = off") double weight,
        @Doc("constant, or falling (linearly to 0 at the last step)") Schedule schedule,
        @Doc(
                        "one-pass (from the state of the previous position), or two-pass (the position is read without tags first; for lime+1 with dropout)")
                Passes passes) {
    /** No such objective. */
    public static final NextTags OFF = new NextTags(0, Schedule.CONSTANT, Passes.ONE_PASS);

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

    /** What the head reads in LIME+1. */
    public enum Passes {
        /** The state of the previous position with the embedding of the current token. */
        ONE_PASS,
        /**
         * The state of the current position, read once without the tags, then again with them. The
         * head learns from the positions whose tags are dropped.
         */
        TWO_PASS;

        /** Returns the name used in configurations and files. */
        @JsonValue
        public String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** Checks the weight. */
    public NextTags {
        if (!(weight >= 0 && Double.isFinite(weight))) {
            throw new ConfigException("[nextTags] weight " + weight + ", expected 0 or more");
        }
        if (weight == 0) {
            schedule = Schedule.CONSTANT;
            passes = Passes.ONE_PASS;
        }
    }

    /** Returns the default: off. */
    public static NextTags defaults() {
        return OFF;
    }

    /**
     * Parses a label: {@code 0.3}, {@code 0.3:falling}, {@code 0.3:two-pass}, {@code
     * 0.3:falling:two-pass}.
     *
     * @throws ConfigException if it is invalid
     */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static NextTags of(String label) {
        List<String> parts = new ArrayList<>(List.of(label.split(":", -1)));
        boolean twoPass = parts.size() > 1 && parts.remove(Passes.TWO_PASS.label());
        boolean falling = parts.size() > 1 && parts.remove(Schedule.FALLING.label());
        try {
            if (parts.size() == 1) {
                return new NextTags(
                        Double.parseDouble(parts.get(0)),
                        falling ? Schedule.FALLING : Schedule.CONSTANT,
                        twoPass ? Passes.TWO_PASS : Passes.ONE_PASS);
            }
        } catch (NumberFormatException e) {
            throw malformed(label, e);
        }
        throw malformed(label, new IllegalArgumentException(label));
    }

    private static ConfigException malformed(String label, IllegalArgumentException cause) {
        return new ConfigException(
                "[nextTags] '"
                        + label
                        + "', expected WEIGHT, optionally with :falling or :two-pass",
                cause);
    }

    /** Returns the label, as in {@link #of}. */
    @JsonValue
    public String label() {
        return weight
                + (schedule == Schedule.CONSTANT ? "" : ":" + schedule.label())
                + (passes == Passes.ONE_PASS ? "" : ":" + passes.label());
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
