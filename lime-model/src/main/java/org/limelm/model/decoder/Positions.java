package org.limelm.model.decoder;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * What attention must know about where tokens stand.
 *
 * @param rope cosine and sine of every position's angles, float32 (T, C/2, 2)
 * @param mask empty for plain causal attention, or one boolean (B, 1, T, T) that is true where a
 *     position may look
 */
record Positions(NDArray rope, List<NDArray> mask) {}
