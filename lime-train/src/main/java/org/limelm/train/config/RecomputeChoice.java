package org.limelm.train.config;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;
import org.limelm.core.ConfigException;
import org.limelm.model.decoder.Recompute;

/**
 * The layers that recompute their activations, or {@code auto}: as few as the memory of the device
 * allows, decided when a run starts. Results do not depend on the choice.
 *
 * @param layers the layers; empty = {@code auto}
 */
public record RecomputeChoice(Optional<Recompute> layers) {
    /** As few layers as the memory of the device allows. */
    public static final RecomputeChoice AUTO = new RecomputeChoice(Optional.empty());

    /** Returns the choice of certain layers. */
    public static RecomputeChoice of(Recompute layers) {
        return new RecomputeChoice(Optional.of(layers));
    }

    /**
     * Parses {@code none}, {@code all}, a number or {@code auto}.
     *
     * @throws ConfigException if it is none of these
     */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static RecomputeChoice parse(String text) {
        return text.equals("auto") ? AUTO : of(Recompute.parse(text));
    }

    /** Returns the text that {@link #parse} accepts. */
    @JsonValue
    public String text() {
        return layers.map(Recompute::text).orElse("auto");
    }

    @Override
    public String toString() {
        return text();
    }

    /**
     * Returns the layers that recompute.
     *
     * @throws IllegalStateException if the choice is {@code auto}
     */
    public Recompute decided() {
        return layers.orElseThrow(
                () -> new IllegalStateException("training.recompute=auto has not been decided"));
    }
}
