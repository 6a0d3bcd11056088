package org.limelm.train.bench;

import ai.djl.Device;
import org.limelm.core.ConfigException;
import org.limelm.model.decoder.ModelConfig;
import org.limelm.model.decoder.Recompute;

/**
 * What is measured.
 *
 * @param model the architecture; its context length is the length of rows
 * @param device where
 * @param batchSize rows of a step
 * @param steps samples of each figure
 * @param recompute of the section {@code scale}
 */
public record BenchSettings(
        ModelConfig model, Device device, int batchSize, int steps, Recompute recompute) {
    /** Checks the counts. */
    public BenchSettings {
        if (batchSize < 1 || steps < 1) {
            throw new ConfigException(
                    "[bench] batch %d, steps %d, expected at least 1".formatted(batchSize, steps));
        }
    }

    /** Returns the tokens of a step. */
    int tokensPerStep() {
        return batchSize * model.contextLength();
    }
}
