/** Several processes that train one model: what they send each other, and how a job ends. */
@NullMarked
package org.limelm.train.distributed;

import org.jspecify.annotations.NullMarked;
