package org.limelm.train.plan;

import org.limelm.model.decoder.ModelConfig;
import org.limelm.model.decoder.ModelFeatures;
import org.limelm.model.decoder.ParameterSpec;

/**
 * The parameter counts of a model.
 *
 * @param total all parameters
 * @param nonEmbedding layers and norms, without embedding tables and an untied output matrix
 * @param matrices parameters of matrices that multiply activations
 * @param layerMatrices parameters of the matrices in layers
 * @param metadataTables parameters of the metadata tables and their factors
 * @param largestMatrix parameters of the largest matrix of a layer
 * @param largest size of the largest parameter tensor
 */
public record ModelSize(
        long total,
        long nonEmbedding,
        long matrices,
        long layerMatrices,
        long metadataTables,
        long largestMatrix,
        long largest) {

    /** Counts the parameters of an architecture with given features. */
    public static ModelSize of(ModelConfig model, ModelFeatures features) {
        long total = 0;
        long nonEmbedding = 0;
        long matrices = 0;
        long metadata = 0;
        long inLayers = 0;
        long largestMatrix = 0;
        long largest = 0;
        for (ParameterSpec spec : ParameterSpec.of(model, features)) {
            long numbers = spec.shape().size();
            total += numbers;
            if (spec.part() == ParameterSpec.Part.METADATA) {
                metadata += numbers;
            }
            if (spec.part() == ParameterSpec.Part.LAYERS
                    || spec.part() == ParameterSpec.Part.FINAL_NORM) {
                nonEmbedding += numbers;
            }
            if (spec.matrix()) {
                matrices += numbers;
            }
            if (spec.matrix() && spec.part() == ParameterSpec.Part.LAYERS) {
                inLayers += numbers;
                largestMatrix = Math.max(largestMatrix, numbers);
            }
            largest = Math.max(largest, numbers);
        }
        return new ModelSize(
                total, nonEmbedding, matrices, inLayers, metadata, largestMatrix, largest);
    }

    /** Returns the share of the metadata tables in all parameters, from 0 to 1. */
    public double metadataShare() {
        return (double) metadataTables / total;
    }
}
