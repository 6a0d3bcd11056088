package org.limelm.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/** Where the first values of a model's weights come from. */
@FunctionalInterface
public interface WeightSource {
    /**
     * Makes one weight.
     *
     * @param spec its name and shape
     * @param manager owner of the result
     * @return float32 of the shape asked for
     */
    NDArray create(ParameterSpec spec, NDManager manager);
}
