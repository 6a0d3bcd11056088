package org.limelm.train.score;

import java.util.Optional;

/**
 * The result of scoring a file of requests.
 *
 * @param arm arm of the model with the annotation mode of its training
 * @param annotation annotation mode of the tags, or {@code none}
 * @param origin origin of the tags: {@code oracle}, {@code observed}, {@code given}, {@code
 *     predicted-greedy}, {@code predicted-marginal} or {@code none}; {@code mixed} if only some
 *     requests gave their tags
 * @param annotator id of the tag models and their options, or {@code none}
 * @param requests number of requests
 * @param continuations number of scored continuations
 * @param tokens number of scored tokens
 * @param bytes UTF-8 bytes that these tokens cover
 * @param logLikelihood summed log-likelihood of all continuations, nats
 * @param truncated number of requests whose context was truncated
 * @param labelled number of requests with a label
 * @param accuracy share of these whose labelled continuation has the highest log-likelihood; empty
 *     without labels
 */
public record ScoreSummary(
        String arm,
        String annotation,
        String origin,
        String annotator,
        long requests,
        long continuations,
        long tokens,
        long bytes,
        double logLikelihood,
        long truncated,
        long labelled,
        Optional<Double> accuracy) {}
