/** Data loading from shards to batches: order, packing, splits, tag shift and prefetching. */
@NullMarked
package org.limelm.train.data;

import org.jspecify.annotations.NullMarked;
