package org.limelm.train.data;

/**
 * A token source with its split and sampling weight.
 *
 * @param name name used in messages and anomaly reports
 * @param tokens the documents
 * @param split training and held-out documents
 * @param weight how often its tokens are read relative to those of other sources
 */
public record WeightedSource(String name, TokenSource tokens, DocumentSplit split, double weight) {
    /** Returns a source with weight 1. */
    public static WeightedSource of(String name, TokenSource tokens, double validationFraction) {
        return new WeightedSource(
                name, tokens, DocumentSplit.of(tokens.documentCount(), validationFraction), 1);
    }
}
