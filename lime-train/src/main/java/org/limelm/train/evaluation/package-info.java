/** Loss, perplexity, bits per byte and accuracy, always labelled with the metadata's origin. */
@NullMarked
package org.limelm.train.evaluation;

import org.jspecify.annotations.NullMarked;
