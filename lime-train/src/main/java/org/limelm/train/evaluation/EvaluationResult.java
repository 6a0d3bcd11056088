package org.limelm.train.evaluation;

import java.util.Locale;

/**
 * The result of evaluating a model on a text.
 *
 * @param arm arm of the model with the annotation mode of its training: {@code lime/full}
 * @param annotation annotation mode of the tags in this evaluation: {@code full}, {@code prefix},
 *     {@code causal}, or {@code none} for a model without tables
 * @param origin origin of the tags: {@code oracle} if they depend on later tokens, {@code observed}
 *     if they do not, or {@code none}
 * @param annotator id of the tag models and their options, or {@code none}
 * @param data name of the evaluated text
 * @param tokens predicted tokens
 * @param bytes UTF-8 bytes that these tokens cover
 * @param loss mean cross-entropy, nats per token
 * @param perplexity exp(loss)
 * @param bitsPerByte total cross-entropy in bits divided by the bytes: comparable across tokenizers
 * @param accuracy share of tokens to which the model assigned the highest probability
 */
public record EvaluationResult(
        String arm,
        String annotation,
        String origin,
        String annotator,
        String data,
        long tokens,
        long bytes,
        double loss,
        double perplexity,
        double bitsPerByte,
        double accuracy) {

    /** Returns a summary in one line. */
    public String line() {
        return String.format(
                Locale.ROOT,
                "%s on %s (tags %s, %s): loss %.4f  perplexity %.2f  bits/byte %.4f  accuracy %.4f"
                        + "  (%,d tokens, %,d bytes)",
                arm,
                data,
                annotation,
                origin,
                loss,
                perplexity,
                bitsPerByte,
                accuracy,
                tokens,
                bytes);
    }
}
