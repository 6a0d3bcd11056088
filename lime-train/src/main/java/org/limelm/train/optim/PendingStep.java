package org.limelm.train.optim;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.limelm.train.data.RowOrigin;

/**
 * A step that the device may not have completed yet: its outcome on the device and the information
 * needed to report it.
 */
public final class PendingStep implements AutoCloseable {
    private final long number;
    private final double learningRate;
    private final List<RowOrigin> origins;
    private final NDArray stepCheck; // float32 (4)

    /**
     * Takes ownership of the update's step check.
     *
     * @param origins origins of the rows of all micro batches
     */
    PendingStep(Update update, List<RowOrigin> origins) {
        this.number = update.number();
        this.learningRate = update.learningRate();
        this.origins = List.copyOf(origins);
        this.stepCheck = update.stepCheck();
    }

    /** Returns the number of the step in the run, from 1. */
    public long number() {
        return number;
    }

    /** Returns the learning rate of the step. */
    public double learningRate() {
        return learningRate;
    }

    /** Returns the documents of each row of the step as {@code source:document}. */
    public List<List<String>> documents() {
        return origins.stream().map(RowOrigin::names).toList();
    }

    /**
     * Waits for the device and returns the outcome. May be called repeatedly until this is closed.
     */
    public StepOutcome await() {
        float[] values = stepCheck.toFloatArray();
        return StepOutcome.of(values[0], values[1], values[2] != 0);
    }

    /** Releases the outcome on the device; has no effect if already closed. */
    @Override
    public void close() {
        stepCheck.close();
    }
}
