package org.limelm.train.task;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** A figure of a task. */
public enum Metric {
    /**
     * Share of examples whose right choice has the highest log-likelihood (ties: the first choice);
     * for a single target, share of examples that greedy decoding would have generated.
     */
    ACCURACY,
    /**
     * Accuracy with log-likelihoods divided by the characters of the choice (Brown et al. 2020).
     */
    ACCURACY_CHARACTERS,
    /** Accuracy with log-likelihoods divided by the UTF-8 bytes of the choice. */
    ACCURACY_BYTES,
    /** Accuracy with log-likelihoods divided by the tokens of the choice. */
    ACCURACY_TOKENS,
    /**
     * Accuracy with the choice's log-likelihood after the unconditional context subtracted
     * (Holtzman et al. 2021, pointwise mutual information).
     */
    ACCURACY_UNCONDITIONAL,
    /** Share of generated answers that equal a reference answer after normalization. */
    EXACT_MATCH,
    /**
     * exp of the mean negative log-likelihood per example, as for LAMBADA: a target is one word.
     */
    PERPLEXITY,
    /** Negative log-likelihood of the right answers in bits, divided by their UTF-8 bytes. */
    BITS_PER_BYTE;

    /** Returns the name used in task files and results: {@code accuracy-bytes}. */
    @JsonValue
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public String toString() {
        return label();
    }
}
