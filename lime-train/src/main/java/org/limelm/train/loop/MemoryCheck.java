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
        return Optional.ofNullable(error.getMessage())
                .filter(MemoryCheck::isOutOfMemory)
                .isPresent();
    }

    private static boolean isOutOfMemory(String message) {
        String text = message.toLowerCase(Locale.ROOT);
        return text.contains("out of memory")
                || text.contains("can't allocate memory")
                || text.contains("not enough memory");
    }

    /** Returns the line of a message that tells the cause; kernels put their trace before it. */
    private static String reason(Throwable cause) {
        String message = String.valueOf(cause.getMessage()).strip();
        return message.lines()
                .filter(MemoryCheck::isOutOfMemory)
                .findFirst()
                .or(() -> message.lines().findFirst())
                .orElse(message)
                .strip();
    }

    private LimeException outOfMemory(String what, Throwable cause) {
        return new LimeException(
                ("[memory] %s does not fit into memory: %s. Hint: lower training.batchSize, now %d (and raise"
                                + " training.accumulation, now %d, for the same step); set"
                                + " training.recompute=all, now %s; or optimizer.stateFormat=bf16,"
                                + " now %s")
                        .formatted(
                                what,
                                reason(cause),
                                config.training().batchSize(),
                                config.training().accumulation(),
                                config.training().recompute(),
                                config.optimizer().stateFormat().label()),
                cause);
    }
}
