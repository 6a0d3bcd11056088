/**
 * From a corpus to token shards: in parallel, resumable, the same bytes whatever happens on the
 * way.
 */
@NullMarked
package org.limelm.annotate.pipeline;

import org.jspecify.annotations.NullMarked;
