package org.limelm.core.io;

import java.io.IOException;

/** A {@link java.util.function.Consumer} that may fail with an {@link IOException}. */
@FunctionalInterface
public interface IoConsumer<T> {
    /** Does the work. */
    void accept(T value) throws IOException;
}
