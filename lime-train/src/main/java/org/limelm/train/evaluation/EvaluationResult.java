package org.limelm.train.evaluation;

import java.util.Locale;

/**
 * How well a model predicts a text.
 *
 * @param arm the model's arm with the annotation mode it was trained on: {@code lime/full}
 * @param annotation the mode of the tags it read here: {@code full}, {@code prefix}, {@code
 *     causal}, or {@code none} for a model without tables
 * @param origin who supplied the tags: {@code oracle} if they tell what comes next, {@code
 *     observed} if they do not, {@code none}
 * @param annotator id of the tag models and their options, or {@code none}
 * @param data what was read
 * @param tokens predicted tokens
 * @param bytes UTF-8 bytes that these tokens cover
 * @param loss mean cross-entropy, nats per token
 * @param perplexity exp(loss)
 * @param bitsPerByte summed cross-entropy in bits divided by the bytes: comparable between
 *     tokenizers
 * @param accuracy share of tokens that had the highest probability
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

    /** Returns one readable line. */
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
