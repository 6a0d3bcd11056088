package org.limelm.train.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.limelm.model.decoder.LimeDecoder;

/**
 * An exponential moving average of a model's weights with bias correction: after n updates, the
 * weights after update i have weight (1 − d)·dⁿ⁻ⁱ / (1 − dⁿ). Skipped updates are not counted.
 *
 * <p>Owns the averages. The model can run with the averages while they are swapped with its
 * weights.
 */
public final class WeightAverage implements AutoCloseable {
    private static final String COUNT = "updates";

    private final LimeDecoder model;
    private final OptimizerKernels kernels;
    private final double decay;
    private final NDManager manager;
    private final NDList weights = new NDList();
    private final NDList averages = new NDList();
    private final NDArray count;
    private final Map<String, NDArray> state = new LinkedHashMap<>();

    /**
     * Creates an empty average.
     *
     * @param decay d, above 0 and below 1
     * @param parent parent of the manager that owns the averages, on the model's device
     */
    public WeightAverage(
            LimeDecoder model, OptimizerKernels kernels, double decay, NDManager parent) {
        this.model = model;
        this.kernels = kernels;
        this.decay = decay;
        manager = parent.newSubManager();
        manager.setName("average");
        model.parameters()
                .forEach(
                        (name, weight) -> {
                            NDArray average = manager.zeros(weight.getShape(), DataType.FLOAT32);
                            weights.add(weight);
                            averages.add(average);
                            state.put("average." + name, average);
                        });
        count = manager.zeros(new Shape(), DataType.FLOAT32);
        state.put(COUNT, count);
    }

    /** Adds the weights after an update, unless the update's step check says to skip. */
    void add(NDArray stepCheck) {
        kernels.average(averages, weights, count, stepCheck, decay);
    }

    /**
     * Runs an action with the averages as the model's weights, or with the current weights before
     * the first update. Does not make a third copy of the weights.
     */
    public void during(Runnable use) {
        if (count.getFloat() == 0) {
            use.run();
            return;
        }
        exchange();
        try {
            use.run();
        } finally {
            exchange();
        }
    }

    private void exchange() {
        kernels.swap(weights, averages);
        model.weightsChanged();
    }

    /**
     * Returns the averages as {@code average.NAME}, and the number of updates. These are the arrays
     * themselves; writing to them restores a state.
     */
    public Map<String, NDArray> state() {
        return Collections.unmodifiableMap(state);
    }

    @Override
    public void close() {
        manager.close();
    }
}
