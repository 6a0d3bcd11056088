/** A text with its linguistic tokens, pieces and tags side by side. */
@NullMarked
package org.limelm.train.inspect;

import org.jspecify.annotations.NullMarked;
