package org.limelm.model.decoder;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import org.limelm.core.ConfigException;

/**
 * Selects the layers that discard their intermediate results after the forward pass and recompute
 * them in the backward pass. This saves memory at the cost of about a quarter more time and does
 * not change the results.
 *
 * @param every layers 0, every, 2·every … recompute; 0 = none
 */
public record Recompute(int every) {
    /** Every layer keeps its intermediate results. */
    public static final Recompute NONE = new Recompute(0);

    /** Every layer recomputes. */
    public static final Recompute ALL = new Recompute(1);

    /** Checks that the number is not negative. */
    public Recompute {
        if (every < 0) {
            throw new ConfigException("[recompute] " + every + ", expected none, all or a number");
        }
    }

    /** Returns the setting in which every n-th layer recomputes. */
    public static Recompute everyNth(int n) {
        return new Recompute(n);
    }

    /**
     * Parses {@code none}, {@code all} or a number.
     *
     * @throws ConfigException if it is none of these
     */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static Recompute parse(String text) {
        return switch (text) {
            case "none" -> NONE;
            case "all" -> ALL;
            default -> {
                if (!text.matches("[1-9]\\d{0,5}")) {
                    throw new ConfigException(
                            "[recompute] '"
                                    + text
                                    + "', expected none, all or n = every n-th, from 1");
                }
                yield new Recompute(Integer.parseInt(text));
            }
        };
    }

    /** Returns the text that {@link #parse} accepts. */
    @JsonValue
    public String text() {
        return switch (every) {
            case 0 -> "none";
            case 1 -> "all";
            default -> Integer.toString(every);
        };
    }

    @Override
    public String toString() {
        return text();
    }

    /** Returns how many of a model's layers recompute. */
    public int count(int numLayers) {
        return every == 0 ? 0 : (numLayers + every - 1) / every;
    }

    /** Returns whether a layer recomputes. */
    public boolean layer(int index) {
        return every > 0 && index % every == 0;
    }
}
