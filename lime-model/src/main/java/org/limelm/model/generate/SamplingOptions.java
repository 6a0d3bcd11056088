package org.limelm.model.generate;

import org.limelm.core.ConfigException;

/**
 * How the next token is chosen.
 *
 * @param temperature divides the logits; 0 always takes the best
 * @param topK only so many of the best are candidates; 0 for all
 * @param topP only the best whose probabilities just sum to this are candidates; 1 for all
 * @param seed of the draws: the same seed, model and prompt give the same text
 * @param maxTokens largest number of tokens to write
 */
public record SamplingOptions(double temperature, int topK, double topP, long seed, int maxTokens) {

    /** Checks the ranges. */
    public SamplingOptions {
        if (!(temperature >= 0 && Double.isFinite(temperature))) {
            throw new ConfigException("[temperature] " + temperature + ", expected 0 or more");
        }
        if (topK < 0) {
            throw new ConfigException("[topK] " + topK + ", expected 0 (all) or more");
        }
        if (!(topP > 0 && topP <= 1)) {
            throw new ConfigException("[topP] " + topP + ", expected above 0, at most 1");
        }
        if (maxTokens < 0) {
            throw new ConfigException("[maxTokens] " + maxTokens + ", expected 0 or more");
        }
    }

    /** Returns temperature 0.8, the 40 best, no limit of probability, seed 0, 100 tokens. */
    public static SamplingOptions defaults() {
        return new SamplingOptions(0.8, 40, 1.0, 0, 100);
    }

    /** Returns options that always take the best token. */
    public static SamplingOptions greedy(int maxTokens) {
        return new SamplingOptions(0, 0, 1.0, 0, maxTokens);
    }
}
