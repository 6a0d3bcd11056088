/** From text to token shards. */
@NullMarked
package org.limelm.annotate;

import org.jspecify.annotations.NullMarked;
