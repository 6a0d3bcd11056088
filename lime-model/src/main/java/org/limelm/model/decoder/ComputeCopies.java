package org.limelm.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import org.limelm.model.device.Precision;
import org.limelm.model.internal.torch.Kernels;
import org.limelm.model.internal.torch.TorchModule;

/**
 * The matrices of a model in the compute precision: copies that are refreshed when the master
 * weights change, or the masters themselves in float32.
 */
final class ComputeCopies {
    private final TorchModule kernels = Kernels.TENSOR.load();
    private final Precision precision;
    private final NDManager manager;
    private final NDList masters = new NDList();
    private final NDList copies = new NDList();

    /** Creates an empty set; copies are owned by the manager. */
    ComputeCopies(Precision precision, NDManager manager) {
        this.precision = precision;
        this.manager = manager;
    }

    /** Returns a matrix in the compute precision, with the master's shape. */
    NDArray of(NDArray master) {
        if (precision == Precision.F32) {
            return master;
        }
        NDArray copy = kernels.call(manager, "to_dtype", master, precision.code());
        masters.add(master);
        copies.add(copy);
        return copy;
    }

    /** Casts all masters into their copies, in place. */
    void refresh() {
        if (!masters.isEmpty()) {
            kernels.callForList(manager, "cast_", copies, masters);
        }
    }
}
