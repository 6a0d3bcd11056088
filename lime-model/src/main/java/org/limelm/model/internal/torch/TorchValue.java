package org.limelm.model.internal.torch;

import ai.djl.pytorch.jni.IValue;

/**
 * A result of a {@link TorchModule} kept outside the heap, of any type, to be passed to later calls
 * as it is: made once, it costs nothing there.
 */
public final class TorchValue implements AutoCloseable {
    private final IValue value;

    TorchValue(IValue value) {
        this.value = value;
    }

    IValue value() {
        return value;
    }

    /** Frees the value; a second call does nothing. */
    @Override
    public void close() {
        value.close();
    }
}
