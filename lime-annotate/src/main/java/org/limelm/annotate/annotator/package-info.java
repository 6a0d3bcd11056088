/** Linguistic tokens and their tags: whole sentences at once, or piece by piece from the left. */
@NullMarked
package org.limelm.annotate.linguistic;

import org.jspecify.annotations.NullMarked;
