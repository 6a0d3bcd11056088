/** Reproducible random numbers: the same on every machine. */
@NullMarked
package org.limelm.core.random;

import org.jspecify.annotations.NullMarked;
