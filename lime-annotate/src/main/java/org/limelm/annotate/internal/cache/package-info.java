/** Bounded caches. */
@NullMarked
package org.limelm.annotate.internal.cache;

import org.jspecify.annotations.NullMarked;
