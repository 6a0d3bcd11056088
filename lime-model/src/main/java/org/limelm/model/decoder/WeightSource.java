package org.limelm.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/** A source of initial weights. */
@FunctionalInterface
public interface WeightSource {
    /**
     * Creates one weight.
     *
     * @param spec its name and shape
     * @param manager owner of the result
     * @return a float32 array of the requested shape
     */
    NDArray create(ParameterSpec spec, NDManager manager);

    /** Returns newly initialized weights, each determined by the seed and its name. */
    static WeightSource initialized(long seed) {
        return new WeightInit(seed);
    }
}
