package org.limelm.train.score;

/**
 * The score of one continuation.
 *
 * @param logLikelihood sum of the natural logarithms of the probabilities of its tokens, nats
 * @param tokens number of its tokens
 * @param bytes UTF-8 bytes that these tokens cover
 * @param greedy whether every token had the highest probability at its position, so that greedy
 *     decoding would have generated the continuation
 * @param droppedTokens tokens at the beginning of the context that the model did not read, because
 *     context and continuation are longer than the model's context; 0 if it read all
 */
public record ContinuationScore(
        double logLikelihood, int tokens, int bytes, boolean greedy, int droppedTokens) {}
