package org.limelm.train.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.limelm.model.device.Precision;

/** The state arrays of an optimizer by name, owned by a manager of their own. */
final class OptimizerState implements AutoCloseable {
    private final OptimizerKernels kernels;
    private final Precision format;
    private final NDManager manager;
    private final Map<String, NDArray> arrays = new LinkedHashMap<>();

    /**
     * Creates an empty state.
     *
     * @param format storage format of the moments
     */
    OptimizerState(OptimizerKernels kernels, Precision format, NDManager parent) {
        this.kernels = kernels;
        this.format = format;
        manager = parent.newSubManager();
        manager.setName("optimizer");
    }

    /** Adds a zero moment for a weight, in the storage format. */
    NDArray moment(String name, NDArray weight) {
        NDArray zeros =
                switch (format) {
                    case F32 -> manager.zeros(weight.getShape(), DataType.FLOAT32);
                    case BF16 -> kernels.bf16Zeros(weight, manager);
                };
        arrays.put(name, zeros);
        return zeros;
    }

    /** Adds an update count, a float32 scalar. */
    NDArray count(String name) {
        NDArray zero = manager.zeros(new Shape(), DataType.FLOAT32);
        arrays.put(name, zero);
        return zero;
    }

    /** Returns the rounding noise of one update; empty for float32 moments. */
    Optional<RoundingNoise> noise(List<TrainedParameter> parameters, long seed, NDManager scope) {
        if (format == Precision.F32) {
            return Optional.empty();
        }
        NDList weights = new NDList(parameters.stream().map(TrainedParameter::weight).toList());
        return Optional.of(kernels.roundingNoise(weights, seed, scope));
    }

    Map<String, NDArray> arrays() {
        return Collections.unmodifiableMap(arrays);
    }

    /** Returns a new scope for temporary arrays of one update. */
    NDManager scope() {
        return manager.newSubManager();
    }

    @Override
    public void close() {
        manager.close();
    }
}
