/** The training loop, its checkpoints, its signals and its record of itself. */
@NullMarked
package org.limelm.train.loop;

import org.jspecify.annotations.NullMarked;
