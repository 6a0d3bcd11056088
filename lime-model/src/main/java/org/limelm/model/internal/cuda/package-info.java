/** CUDA kernels compiled at run time by NVRTC and launched through the driver API. */
@NullMarked
package org.limelm.model.internal.cuda;

import org.jspecify.annotations.NullMarked;
