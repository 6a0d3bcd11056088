/**
 * Loss, perplexity, bits per byte and accuracy, always labelled with the origin of the metadata.
 */
@NullMarked
package org.limelm.train.evaluation;

import org.jspecify.annotations.NullMarked;
