package org.limelm.train.optim;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.limelm.model.decoder.LimeDecoder;
import org.limelm.model.decoder.ParameterSpec;

/**
 * A parameter to be optimized.
 *
 * @param name its name in the model
 * @param weight float32, changed in place
 * @param decays whether it multiplies activations and therefore receives weight decay
 * @param stacked row counts of the layer matrices stacked in it; empty for embeddings, output
 *     matrix, norms and scalars
 */
public record TrainedParameter(String name, NDArray weight, boolean decays, List<Long> stacked) {
    /** Copies the list. */
    public TrainedParameter {
        stacked = List.copyOf(stacked);
    }

    /** Returns whether it is an embedding table or the output matrix. */
    boolean isTable() {
        return stacked.isEmpty() && weight.getShape().dimension() == 2;
    }

    /** Returns all parameters of a model, in the order of {@link LimeDecoder#parameters()}. */
    public static List<TrainedParameter> of(LimeDecoder model) {
        return ParameterSpec.of(model.config(), model.features()).stream()
                .map(
                        spec ->
                                new TrainedParameter(
                                        spec.name(),
                                        model.parameter(spec.name()),
                                        spec.matrix(),
                                        spec.stacked()))
                .toList();
    }
}
