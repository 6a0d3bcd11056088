/** The decoder, its kernels and weights. */
@NullMarked
package org.limelm.model;

import org.jspecify.annotations.NullMarked;
