package org.limelm.train.evaluation;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Locale;
import java.util.Optional;
import org.limelm.core.metadata.MetadataOrigin;

/**
 * The result of evaluating a model on a text.
 *
 * @param arm arm of the model with the annotation mode of its training: {@code lime/full}
 * @param annotation annotation mode of the tags in this evaluation: {@code full}, {@code prefix},
 *     {@code causal}, or {@code none} for a model that has no tables or was evaluated without tags
 * @param origin origin of the tags, a label of {@link MetadataOrigin}: {@code oracle} if they
 *     depend on later tokens, {@code observed} if they do not; {@code joint}, {@code
 *     predicted-greedy} or {@code predicted-marginal} of a model that predicts the tags it reads;
 *     or {@code none}
 * @param annotator id of the tag models and their options, or {@code none}
 * @param data name of the evaluated text
 * @param tokens predicted tokens
 * @param bytes UTF-8 bytes that these tokens cover
 * @param loss mean cross-entropy, nats per token
 * @param perplexity exp(loss)
 * @param bitsPerByte total cross-entropy in bits divided by the bytes: comparable across tokenizers
 * @param accuracy share of tokens to which the model assigned the highest probability
 * @param tagLoss cost of predicting the tags; empty for a model without a tag head
 * @param candidates figures of a model that predicted its own tags; empty for tags of an annotator
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
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
        double accuracy,
        Optional<TagLoss> tagLoss,
        Optional<CandidateFigures> candidates) {
    static final String NONE = "none";

    /**
     * Returns the result for text and tags together, −log p(text, tags), if this model predicts the
     * tags that it reads: an upper bound of the text's own code length. The accuracy remains that
     * of the tokens, given the true tags.
     */
    public Optional<EvaluationResult> joint() {
        return tagLoss.filter(tags -> !annotation.equals(NONE))
                .map(
                        tags -> {
                            double sum = loss + tags.total();
                            return new EvaluationResult(
                                    arm,
                                    annotation,
                                    MetadataOrigin.JOINT.label(),
                                    annotator,
                                    data,
                                    tokens,
                                    bytes,
                                    sum,
                                    Math.exp(sum),
                                    bits(sum),
                                    accuracy,
                                    tagLoss,
                                    candidates);
                        });
    }

    /** Returns a summary, in one line unless the model predicts tags. */
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
                        bytes)
                + tagLoss.map(this::tagLine).orElse("")
                + candidates.map(figures -> "\n  " + figures.line()).orElse("");
    }

    private String tagLine(TagLoss tags) {
        StringBuilder line = new StringBuilder("\n  predicting the tags, bits/byte:");
        tags.byFeature()
                .forEach(
                        (feature, nats) ->
                                line.append(
                                        String.format(
                                                Locale.ROOT, "  %s %.4f", feature, bits(nats))));
        return line.toString();
    }

    /** Converts a loss in nats per token to bits per byte. */
    private double bits(double nats) {
        return Sums.toBitsPerByte(nats * tokens, bytes);
    }
}
