/** Where annotators meet the generator: text that is annotated while it grows. */
@NullMarked
package org.limelm.train.generation;

import org.jspecify.annotations.NullMarked;
