/** Scoring, generation and a page to look at text, over HTTP. */
@NullMarked
package org.limelm.train.serve;

import org.jspecify.annotations.NullMarked;
