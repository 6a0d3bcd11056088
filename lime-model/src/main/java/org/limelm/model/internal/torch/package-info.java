/** The bridge to libtorch: TorchScript kernels, called with the weights as arguments. */
@NullMarked
package org.limelm.model.internal.torch;

import org.jspecify.annotations.NullMarked;
