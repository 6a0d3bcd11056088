/** Measures the machine: matmul peak, memory bandwidth, and the memory of the process. */
@NullMarked
package org.limelm.train.internal.measure;

import org.jspecify.annotations.NullMarked;
