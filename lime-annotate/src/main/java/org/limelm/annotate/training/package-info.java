/** Training of the linguistic models of both annotation modes. */
@NullMarked
package org.limelm.annotate.training;

import org.jspecify.annotations.NullMarked;
