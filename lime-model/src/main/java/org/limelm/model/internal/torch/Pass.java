package org.limelm.model.internal.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

/**
 * One pass through the model: the kernels to call and the owner of their results.
 *
 * @param kernels the functions
 * @param scope the manager that owns all results
 */
public record Pass(TorchModule kernels, NDManager scope) {

    /** Calls a kernel that returns one array. */
    public NDArray call(String method, Object... arguments) {
        return kernels.call(scope, method, arguments);
    }

    /** Calls a kernel that returns several arrays or works in place. */
    public NDList callForList(String method, Object... arguments) {
        return kernels.callForList(scope, method, arguments);
    }

    /** Calls a kernel recorded for automatic differentiation that returns several arrays. */
    public NDList recordForList(String method, Object... arguments) {
        return kernels.recordForList(scope, method, arguments);
    }
}
