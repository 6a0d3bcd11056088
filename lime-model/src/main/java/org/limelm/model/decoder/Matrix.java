package org.limelm.model.decoder;

import ai.djl.ndarray.NDArray;

/**
 * A weight that multiplies activations.
 *
 * @param master the float32 weight that is trained
 * @param compute its values in the format of computation: a copy, or the master itself in float32
 */
record Matrix(NDArray master, NDArray compute) {}
