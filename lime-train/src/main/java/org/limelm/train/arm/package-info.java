/**
 * The arms of a comparison: which splits, metadata tables and shift; and of which arm a model is.
 */
@NullMarked
package org.limelm.train.arm;

import org.jspecify.annotations.NullMarked;
