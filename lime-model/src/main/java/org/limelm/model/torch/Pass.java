package org.limelm.model.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

/**
 * One way through the model: where its results live, and whether it is recorded for gradients.
 *
 * @param kernels the functions to call
 * @param scope the manager that owns all results
 * @param recorded whether {@link #call} builds the graph that {@link #backward} needs
 */
public record Pass(TorchModule kernels, NDManager scope, boolean recorded) {

    /** Calls a kernel that returns one array. */
    public NDArray call(String method, Object... arguments) {
        return recorded
                ? kernels.record(scope, method, arguments)
                : kernels.call(scope, method, arguments);
    }

    /** Returns an array of the same values at which a new graph begins. */
    public NDArray leaf(NDArray x) {
        return kernels.call(scope, "leaf", x);
    }

    /** Returns this pass with or without recording. */
    public Pass recording(boolean on) {
        return new Pass(kernels, scope, on);
    }

    /**
     * Returns the gradients of Σ output · gradient with respect to the inputs, and frees the graph.
     *
     * @param output a recorded result
     * @param inputs arrays that it was computed from; every one must have contributed
     * @param gradient same shape as {@code output}
     */
    public NDList backward(NDArray output, NDList inputs, NDArray gradient) {
        return kernels.callForList(scope, "backward", output, inputs, gradient);
    }
}
