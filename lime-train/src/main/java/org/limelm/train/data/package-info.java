/** From shards to batches: order, packing, splits, shift, and prefetching. */
@NullMarked
package org.limelm.train.data;

import org.jspecify.annotations.NullMarked;
