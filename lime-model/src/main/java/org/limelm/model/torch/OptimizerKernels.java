package org.limelm.model.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

/**
 * Operations on all gradients or all weights at once, each one native call. They work in place on
 * the arrays given, record nothing, and never copy to the host.
 */
public final class OptimizerKernels implements AutoCloseable {
    private final TorchModule kernels = TorchModule.kernels();

    /**
     * Returns the Euclidean norm of all elements together, a scalar in {@code scope}.
     *
     * @param tensors float32 arrays of any shapes
     */
    public NDArray globalNorm(NDList tensors, NDManager scope) {
        return kernels.call(scope, "global_norm", tensors);
    }

    /** Like {@link #globalNorm(NDList, NDManager)}, in the manager of the first array. */
    public NDArray globalNorm(NDList tensors) {
        return globalNorm(tensors, tensors.get(0).getManager());
    }

    /** Multiplies every element by a factor. */
    public void scaleInPlace(NDList tensors, double factor) {
        inPlace("scale_", tensors, factor);
    }

    /** Adds {@code tensors.get(i)} to {@code sums.get(i)} for every i. */
    public void addInPlace(NDList sums, NDList tensors) {
        inPlace("add_", sums, tensors);
    }

    /** Sets every element to zero. */
    public void zeroInPlace(NDList tensors) {
        inPlace("zero_", tensors);
    }

    /**
     * Updates weights by AdamW with decoupled weight decay (Loshchilov and Hutter 2019, algorithm
     * 2, with the decay multiplied by the learning rate). All lists have the same length and order.
     *
     * @param params the weights, updated
     * @param grads their gradients, read
     * @param expAvg running means of the gradients, updated
     * @param expAvgSq running means of their squares, updated
     * @param steps float32 scalars that count the updates of each weight, incremented first
     */
    public void adamW(
            NDList params,
            NDList grads,
            NDList expAvg,
            NDList expAvgSq,
            NDList steps,
            double lr,
            double beta1,
            double beta2,
            double eps,
            double weightDecay) {
        if (params.isEmpty()) {
            return;
        }
        inPlace(
                "adamw_",
                params,
                grads,
                expAvg,
                expAvgSq,
                steps,
                lr,
                beta1,
                beta2,
                eps,
                weightDecay);
    }

    private void inPlace(String method, Object... arguments) {
        NDList first = (NDList) arguments[0];
        if (!first.isEmpty()) {
            kernels.callForList(first.get(0).getManager(), method, arguments).close();
        }
    }

    @Override
    public void close() {
        kernels.close();
    }
}
