package org.limelm.train.config;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import org.limelm.model.decoder.ModelConfig;
import org.limelm.model.decoder.ModelFeatures;

/**
 * A rule for the number of training tokens. All arms of a comparison get the same number, because
 * metadata tables are not counted.
 */
public enum TokenBudget {
    /** No rule: the configuration gives steps or tokens. */
    NONE,
    /** 302·10⁹ tokens for every model size, as in the LIME paper (arXiv 2512.07522). */
    PAPER,
    /** 20 tokens per parameter (Hoffmann et al. 2022, arXiv 2203.15556, table 3). */
    CHINCHILLA;

    private static final long PAPER_TOKENS = 302_000_000_000L;
    private static final long CHINCHILLA_TOKENS_PER_PARAMETER = 20;

    /** Returns the name used in configurations. */
    @JsonValue
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the number of training tokens for an architecture; 0 without a rule. */
    public long tokens(ModelConfig model) {
        return switch (this) {
            case NONE -> 0;
            case PAPER -> PAPER_TOKENS;
            case CHINCHILLA ->
                    CHINCHILLA_TOKENS_PER_PARAMETER * model.parameterCount(ModelFeatures.NONE);
        };
    }
}
