/** Training with several processes: communication, launch and termination. */
@NullMarked
package org.limelm.train.distributed;

import org.jspecify.annotations.NullMarked;
