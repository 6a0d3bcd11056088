package org.limelm.train.bench;

import ai.djl.Device;
import org.limelm.core.ConfigException;
import org.limelm.model.decoder.ModelConfig;
import org.limelm.model.decoder.Recompute;

/**
 * The settings of a benchmark.
 *
 * @param model the architecture; its context length is the row length
 * @param device device to measure
 * @param batchSize rows per step
 * @param steps samples per figure
 * @param recompute recomputation in the section {@code scale}
 * @param documentTokens tokens per document, if attention is limited to documents; 0 = it is not
 */
public record BenchSettings(
        ModelConfig model,
        Device device,
        int batchSize,
        int steps,
        Recompute recompute,
        int documentTokens) {
    /** Checks the ranges. */
    public BenchSettings {
        if (batchSize < 1 || steps < 1) {
            throw new ConfigException(
                    "[bench] batch %d, steps %d, expected at least 1".formatted(batchSize, steps));
        }
        if (documentTokens < 0) {
            throw new ConfigException(
                    "[bench] document tokens " + documentTokens + ", expected 0 or more");
        }
    }

    BenchSettings(ModelConfig model, Device device, int batchSize, int steps, Recompute recompute) {
        this(model, device, batchSize, steps, recompute, 0);
    }

    /** Returns the number of tokens per step. */
    int tokensPerStep() {
        return batchSize * model.contextLength();
    }
}
