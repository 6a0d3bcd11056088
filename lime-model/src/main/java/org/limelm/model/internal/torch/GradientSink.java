package org.limelm.model.internal.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/**
 * What receives the gradients of some weights.
 *
 * @param gradients float32, one per weight
 * @param add whether they are added to; else replaced
 */
public record GradientSink(NDList gradients, boolean add) {
    /** Returns the gradient of the only weight. */
    public NDArray single() {
        return gradients.singletonOrThrow();
    }
}
