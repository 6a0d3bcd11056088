package org.limelm.core.io;

import java.io.IOException;

/** A {@link java.util.function.Consumer} that may fail with an {@link IOException}. */
@FunctionalInterface
public interface IoConsumer<T> {
    /** Performs the operation. */
    void accept(T value) throws IOException;
}
