package org.limelm.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/**
 * The result of one forward and backward pass.
 *
 * @param loss float32 scalar: summed cross-entropy in nats, divided by the number of targets
 * @param gradients float32, one per parameter, in the order of {@link LimeDecoder#parameters()}
 */
public record LossAndGradients(NDArray loss, NDList gradients) {}
