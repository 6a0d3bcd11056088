package org.limelm.train.data;

/**
 * A source with its documents to train on.
 *
 * @param name for messages and anomaly reports
 * @param tokens the documents
 * @param split which of them are trained on
 * @param weight how often its tokens are seen relative to those of other sources
 */
public record WeightedSource(String name, TokenSource tokens, DocumentSplit split, double weight) {
    /** Returns a source of weight 1. */
    public static WeightedSource of(String name, TokenSource tokens, double validationFraction) {
        return new WeightedSource(
                name, tokens, DocumentSplit.of(tokens.documentCount(), validationFraction), 1);
    }
}
