/** Annotates a corpus into token shards: in parallel, resumably and with reproducible bytes. */
@NullMarked
package org.limelm.annotate.pipeline;

import org.jspecify.annotations.NullMarked;
