package org.limelm.model.generate;

import org.limelm.core.ConfigException;

/**
 * Options for sampling the next token.
 *
 * @param temperature divides the logits; 0 = greedy
 * @param topK number of most likely tokens to sample from; 0 = all
 * @param topP sample from the smallest set of most likely tokens whose probabilities sum to this; 1
 *     = all
 * @param seed random seed: the same seed, model and prompt give the same text
 * @param maxTokens maximum number of tokens to generate
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

    /** Returns the defaults: temperature 0.8, topK 40, topP 1 (off), seed 0, 100 tokens. */
    public static SamplingOptions defaults() {
        return new SamplingOptions(0.8, 40, 1.0, 0, 100);
    }

    /** Returns options for greedy decoding. */
    public static SamplingOptions greedy(int maxTokens) {
        return new SamplingOptions(0, 0, 1.0, 0, maxTokens);
    }
}
