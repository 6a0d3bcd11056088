package org.limelm.model.decoder;

import ai.djl.ndarray.NDArray;

/**
 * The score of each target; ignored targets are 0 in both arrays.
 *
 * @param nll negative natural logarithm of the target's probability, float32 (B, T)
 * @param correct 1 where the target had the highest logit, else 0, float32 (B, T)
 */
public record TokenScores(NDArray nll, NDArray correct) {}
