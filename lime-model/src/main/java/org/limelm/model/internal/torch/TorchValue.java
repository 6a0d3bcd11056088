package org.limelm.model.internal.torch;

import ai.djl.pytorch.jni.IValue;

/**
 * A result of a {@link TorchModule} of any type, kept outside the Java heap so that it can be
 * passed to later calls without conversion.
 */
public final class TorchValue implements AutoCloseable {
    private final IValue value;

    TorchValue(IValue value) {
        this.value = value;
    }

    IValue value() {
        return value;
    }

    /** Releases the value; has no effect if already closed. */
    @Override
    public void close() {
        value.close();
    }
}
