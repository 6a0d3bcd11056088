package org.limelm.train.distributed;

import ai.djl.ndarray.NDArray;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * Collective communication among the processes of a job. Every process must call the same
 * operations in the same order; an operation may block until the other processes have reached it.
 * Only one thread of a process may be in an operation at a time; {@link #abort} may be called from
 * any thread.
 */
public interface Collective extends AutoCloseable {
    /** Returns the rank of this process, from 0. */
    int rank();

    /** Returns the number of processes. */
    int size();

    /**
     * Replaces every value by its sum over all processes. On a GPU the sum is only queued; {@link
     * #awaitPending} waits for it.
     *
     * @param array a contiguous float32 array of the same size in every process
     */
    void allReduceSum(NDArray array);

    /**
     * Replaces every value by its sum over all processes. The array must have the same length in
     * every process.
     */
    void allReduceSum(double[] values);

    /**
     * Replaces the values by those of one process, the root.
     *
     * @param array a contiguous array of the same size and type in every process
     * @param root rank of the process that sends its values
     */
    void broadcast(NDArray array, int root);

    /**
     * Replaces the values of several arrays by those of their roots.
     *
     * @param arrays contiguous arrays, the same in every process
     * @param root rank of the process that sends an array, by its index
     */
    default void broadcastAll(List<NDArray> arrays, IntUnaryOperator root) {
        for (int i = 0; i < arrays.size(); i++) {
            broadcast(arrays.get(i), root.applyAsInt(i));
        }
    }

    /**
     * Returns whether operations on arrays return once they are queued. They then run concurrently
     * with later work on the device, and a thread of their own is unnecessary.
     */
    default boolean queues() {
        return false;
    }

    /**
     * Returns the bytes of one process, the root.
     *
     * @param bytes the bytes to send, ignored on other processes
     * @param root rank of the process that sends its bytes
     */
    byte[] broadcast(byte[] bytes, int root);

    /** Returns the text of one process, see {@link #broadcast(byte[], int)}. */
    default String broadcast(String text, int root) {
        byte[] bytes = broadcast(text.getBytes(StandardCharsets.UTF_8), root);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /**
     * Waits until every process has called this, without busy waiting.
     *
     * @param limit maximum time to wait, if enforced by a {@link Watchdog}
     */
    void barrier(Duration limit);

    /**
     * Waits for all queued sums and broadcasts.
     *
     * @throws org.limelm.core.LimeException if one of them failed
     */
    void awaitPending();

    /**
     * Terminates all processes immediately with an exit status and prints the reason to standard
     * error. Does not return if there are several processes; returns in a single process so that it
     * can throw the cause.
     */
    void abort(int status, String reason);

    /** Leaves the job together with the other processes. Has no effect if already closed. */
    @Override
    void close();
}
