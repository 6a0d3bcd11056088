/** Prepared corpora: token shards, their manifest, and reading them as one sequence of pieces. */
@NullMarked
package org.limelm.core.shard;

import org.jspecify.annotations.NullMarked;
