/** The bridge to libtorch: kernels in TorchScript, called with the weights as arguments. */
@NullMarked
package org.limelm.model.internal.torch;

import org.jspecify.annotations.NullMarked;
