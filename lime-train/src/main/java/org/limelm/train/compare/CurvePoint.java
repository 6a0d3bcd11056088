package org.limelm.train.compare;

/**
 * Results on the held-out documents after a number of training tokens.
 *
 * @param tokens training tokens seen
 * @param bitsPerByte total cross-entropy in bits divided by the bytes predicted
 * @param accuracy next-token accuracy
 */
public record CurvePoint(long tokens, double bitsPerByte, double accuracy) {}
