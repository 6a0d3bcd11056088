/** Training, evaluation and the command line. */
@NullMarked
package org.limelm.train;

import org.jspecify.annotations.NullMarked;
