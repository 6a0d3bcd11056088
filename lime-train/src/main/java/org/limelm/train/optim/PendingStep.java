package org.limelm.train.optim;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * A step that the device may still be busy with. Holds, besides its outcome on the device, what a
 * report of it needs.
 */
public final class PendingStep implements AutoCloseable {
    private final long number;
    private final double learningRate;
    private final List<List<List<String>>> documents; // by micro batch and row, read when asked
    private final NDArray stepCheck; // float32 (4)

    /**
     * Takes over the update's step check.
     *
     * @param documents of every row of every micro batch
     */
    PendingStep(Update update, List<List<List<String>>> documents) {
        this.number = update.number();
        this.learningRate = update.learningRate();
        this.documents = List.copyOf(documents);
        this.stepCheck = update.stepCheck();
    }

    /** Returns the number of the step in the run, from 1. */
    public long number() {
        return number;
    }

    /** Returns the learning rate it was taken with. */
    public double learningRate() {
        return learningRate;
    }

    /** Returns the documents that each row of the step has read. */
    public List<List<String>> documents() {
        return documents.stream().flatMap(List::stream).toList();
    }

    /** Waits for the device, and returns what the step did. Can be called until it is closed. */
    public StepOutcome await() {
        float[] values = stepCheck.toFloatArray();
        return StepOutcome.of(values[0], values[1], values[2] != 0);
    }

    /** Frees the outcome on the device; a second call does nothing. */
    @Override
    public void close() {
        stepCheck.close();
    }
}
