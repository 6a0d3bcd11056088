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
 * An exponential moving average of a model's weights, without the bias of its start: after n
 * updates, the weights after update i count (1 − d)·dⁿ⁻ⁱ / (1 − dⁿ). A skipped update does not
 * count.
 *
 * <p>Owns the averages. The model can compute with them while they are exchanged with its weights.
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
     * Starts without a value: the first update makes the average that of one model.
     *
     * @param decay d, above 0 and below 1
     * @param parent of the manager that owns the averages; its device is the model's
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

    /** Takes in the weights after an update, unless the update's step check says to skip. */
    void add(NDArray stepCheck) {
        kernels.average(averages, weights, count, stepCheck, decay);
    }

    /**
     * Runs something while the model's weights are the averages; before the first update they are
     * what they are. No third copy of the weights is made.
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
     * Returns the averages as {@code average.NAME}, and their number of updates. The arrays
     * themselves: filling them restores a state.
     */
    public Map<String, NDArray> state() {
        return Collections.unmodifiableMap(state);
    }

    @Override
    public void close() {
        manager.close();
    }
}
