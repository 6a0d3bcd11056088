package org.limelm.model.decoder;

import ai.djl.ndarray.NDArray;

/**
 * A weight that multiplies activations.
 *
 * @param master the trained float32 weight
 * @param compute its values in the compute precision: a copy, or the master itself in float32
 */
record Matrix(NDArray master, NDArray compute) {}
