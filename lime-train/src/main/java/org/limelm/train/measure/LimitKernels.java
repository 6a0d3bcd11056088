package org.limelm.train.measure;

import org.limelm.model.internal.torch.Kernels;

/** The kernels that the limits of the machine are measured with: limits.py. */
final class LimitKernels {
    static final Kernels ALL = Kernels.TENSOR.with(LimitKernels.class, "limits");

    private LimitKernels() {}
}
