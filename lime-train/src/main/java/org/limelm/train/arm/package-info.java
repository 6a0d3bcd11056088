/** The arms of a comparison: which splits, which metadata tables, which shift. */
@NullMarked
package org.limelm.train.arm;

import org.jspecify.annotations.NullMarked;
