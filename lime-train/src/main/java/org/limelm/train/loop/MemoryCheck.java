package org.limelm.train.loop;

import ai.djl.engine.EngineException;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.limelm.core.LimeException;
import org.limelm.train.config.RunConfig;

/** Translates out-of-memory failures into errors that name the configuration keys to change. */
final class MemoryCheck {
    private final RunConfig config;

    MemoryCheck(RunConfig config) {
        this.config = config;
    }

    /**
     * Runs the work and returns its result.
     *
     * @param what description of the work, for the message
     * @throws LimeException if device or JVM run out of memory
     */
    <T> T during(String what, Supplier<T> work) {
        try {
            return work.get();
        } catch (EngineException e) {
            throw isOutOfMemory(e) ? outOfMemory(what, e) : e;
        } catch (OutOfMemoryError e) {
            throw outOfMemory(what, e);
        }
    }

    private static boolean isOutOfMemory(Throwable error) {
        String message = Optional.ofNullable(error.getMessage()).orElse("");
        String text = message.toLowerCase(Locale.ROOT);
        return text.contains("out of memory")
                || text.contains("can't allocate memory")
                || text.contains("not enough memory");
    }

    private LimeException outOfMemory(String what, Throwable cause) {
        String reason = String.valueOf(cause.getMessage()).strip();
        int end = reason.indexOf('\n');
        return new LimeException(
                ("[memory] %s does not fit into memory: %s. Hint: lower training.batchSize, now %d (and raise"
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
