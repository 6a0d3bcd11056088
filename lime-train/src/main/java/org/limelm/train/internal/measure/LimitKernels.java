package org.limelm.train.internal.measure;

import org.limelm.model.internal.torch.Kernels;

/** The kernels of {@code limits.py}, which measure the limits of the machine. */
final class LimitKernels {
    static final Kernels ALL = Kernels.TENSOR.with(LimitKernels.class, "limits");

    private LimitKernels() {}
}
