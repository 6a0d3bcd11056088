package org.limelm.model.internal.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/** Copies from host memory to a GPU for which the host does not wait. */
public final class HostTransfer {
    private static final TorchModule KERNELS = Kernels.TENSOR.load();

    private HostTransfer() {}

    /**
     * Copies an array to a GPU, in order with the work queued there. The source may be changed or
     * freed when this returns.
     *
     * @param array an array on the CPU
     * @param manager owner of the result; determines the GPU
     */
    public static NDArray copy(NDArray array, NDManager manager) {
        try (NDArray like = manager.create(new Shape(0))) {
            return KERNELS.call(manager, "to_device", array, like);
        }
    }

    /**
     * Copies columns of the same shape in one transfer.
     *
     * @param columns (columns, ...) on the CPU
     * @return one array per column
     */
    public static NDList copyColumns(NDArray columns, NDManager manager) {
        NDList views = new NDList();
        try (NDArray all = copy(columns, manager)) {
            for (long i = 0; i < columns.getShape().get(0); i++) {
                views.add(KERNELS.call(manager, "select", all, i));
            }
        }
        return views;
    }
}
