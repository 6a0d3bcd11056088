package org.limelm.model.internal.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/**
 * The destination of the gradients of some weights.
 *
 * @param gradients float32, one per weight
 * @param add whether to add to them; otherwise they are overwritten
 */
public record GradientSink(NDList gradients, boolean add) {
    /** Returns the gradient of a sink for a single weight. */
    public NDArray single() {
        return gradients.singletonOrThrow();
    }
}
