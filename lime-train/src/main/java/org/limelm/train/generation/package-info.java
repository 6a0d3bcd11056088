/** Text generation with incremental annotation. */
@NullMarked
package org.limelm.train.generation;

import org.jspecify.annotations.NullMarked;
