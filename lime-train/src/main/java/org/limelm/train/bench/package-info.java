/**
 * {@code lime bench}: the speed of annotation, loading, training, the optimizer and decoding, each
 * compared with the limit of the machine measured at the same time.
 */
@NullMarked
package org.limelm.train.bench;

import org.jspecify.annotations.NullMarked;
