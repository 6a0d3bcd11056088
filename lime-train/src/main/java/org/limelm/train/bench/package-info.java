/**
 * {@code lime bench}: how fast annotation, loading, training, updating and decoding are, each
 * beside the limit that the machine sets in the same minutes.
 */
@NullMarked
package org.limelm.train.bench;

import org.jspecify.annotations.NullMarked;
