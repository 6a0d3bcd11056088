package org.limelm.train.loop;

import ai.djl.engine.EngineException;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.limelm.core.LimeException;
import org.limelm.train.config.RunConfig;

/** Turns memory that does not suffice into an error that names the keys to change. */
final class MemoryCheck {
    private final RunConfig config;

    MemoryCheck(RunConfig config) {
        this.config = config;
    }

    /**
     * Returns what the work returns.
     *
     * @param what the work is, for the message
     * @throws LimeException if the memory of device or JVM does not suffice for it
     */
    <T> T during(String what, Supplier<T> work) {
        try {
            return work.get();
        } catch (EngineException e) {
            throw isOutOfMemory(e) ? explained(what, e) : e;
        } catch (OutOfMemoryError e) {
            throw explained(what, e);
        }
    }

    private static boolean isOutOfMemory(Throwable error) {
        String message = Optional.ofNullable(error.getMessage()).orElse("");
        String text = message.toLowerCase(Locale.ROOT);
        return text.contains("out of memory")
                || text.contains("can't allocate memory")
                || text.contains("not enough memory");
    }

    private LimeException explained(String what, Throwable cause) {
        String reason = String.valueOf(cause.getMessage()).strip();
        int end = reason.indexOf('\n');
        return new LimeException(
                ("[memory] %s does not fit: %s. Hint: lower training.batchSize, now %d (and raise"
                                + " training.accumulation, now %d, for the same step); set"
                                + " training.recompute=all, now %s; or optimizer.stateFormat=bf16,"
                                + " now %s")
                        .formatted(
                                what,
                                end < 0 ? reason : reason.substring(0, end),
                                config.training().batchSize(),
                                config.training().accumulation(),
                                config.training().recompute(),
                                config.optimizer().stateFormat().label()),
                cause);
    }
}
