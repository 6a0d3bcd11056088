/** Training of every linguistic model of both annotation modes. */
@NullMarked
package org.limelm.annotate.training;

import org.jspecify.annotations.NullMarked;
