/** Linguistic metadata: features, their tag sets, and how tags are obtained. */
@NullMarked
package org.limelm.core.metadata;

import org.jspecify.annotations.NullMarked;
