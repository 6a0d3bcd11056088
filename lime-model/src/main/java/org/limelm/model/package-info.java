/** The decoder, its kernels and its weights. */
@NullMarked
package org.limelm.model;

import org.jspecify.annotations.NullMarked;
