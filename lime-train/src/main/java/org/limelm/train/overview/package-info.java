/** Run folders side by side: their state, configurations and curves. */
@NullMarked
package org.limelm.train.overview;

import org.jspecify.annotations.NullMarked;
