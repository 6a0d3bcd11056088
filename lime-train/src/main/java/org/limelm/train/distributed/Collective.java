package org.limelm.train.distributed;

import ai.djl.ndarray.NDArray;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * The processes that train together, as one of them sees it. All operations are collective: every
 * process calls the same ones in the same order, and each returns only when the others have come as
 * far as it needs. Only one thread of a process may be in an operation at a time; {@link #abort}
 * may be called from any.
 */
public interface Collective extends AutoCloseable {
    /** Returns this process's number, from 0. */
    int rank();

    /** Returns the number of processes. */
    int size();

    /**
     * Replaces every value by its sum over all processes. On a GPU the sum is queued, as every
     * operation there: {@link #awaitPending} waits for it.
     *
     * @param array contiguous, float32, of the same size everywhere
     */
    void allReduceSum(NDArray array);

    /** Replaces every value by its sum over all processes; the array has the same length there. */
    void allReduceSum(double[] values);

    /**
     * Replaces the values by those of one process.
     *
     * @param array contiguous, of the same size and type everywhere
     * @param root rank of the process whose values count
     */
    void broadcast(NDArray array, int root);

    /**
     * Returns the bytes of one process.
     *
     * @param bytes what to send, if this is that process; otherwise not looked at
     * @param root rank of the process whose bytes count
     */
    byte[] broadcast(byte[] bytes, int root);

    /** Returns the text of one process, see {@link #broadcast(byte[], int)}. */
    default String broadcast(String text, int root) {
        byte[] bytes = broadcast(text.getBytes(StandardCharsets.UTF_8), root);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /**
     * Waits until every process is here, without keeping a core busy.
     *
     * @param limit how long others may take, where a {@link Watchdog} looks on
     */
    void barrier(Duration limit);

    /**
     * Waits until every sum and broadcast before is done, where it was only queued.
     *
     * @throws org.limelm.core.LimeException if one of them failed
     */
    void awaitPending();

    /**
     * Ends all processes at once with an exit status, telling why on standard error. Does not
     * return where there is more than one; a process alone goes on, to throw what went wrong.
     */
    void abort(int status, String reason);

    /** Leaves the others in good order, together with them. A second call does nothing. */
    @Override
    void close();
}
