/** Measures the speed of a training step beside the machine's matrix-product peak. */
@NullMarked
package org.limelm.model.bench;

import org.jspecify.annotations.NullMarked;
