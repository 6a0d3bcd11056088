package org.limelm.train.distributed;

import ai.djl.ndarray.NDArray;
import java.time.Duration;

/**
 * One of two simulated processes; the other does not exist, and communication with it does nothing.
 */
public class PairedCollective implements Collective {
    private final int rank;

    /** Creates rank 0. */
    public PairedCollective() {
        this(0);
    }

    /** Creates one of the two ranks. */
    public PairedCollective(int rank) {
        this.rank = rank;
    }

    @Override
    public int rank() {
        return rank;
    }

    @Override
    public int size() {
        return 2;
    }

    @Override
    public void allReduceSum(NDArray array) {}

    @Override
    public void allReduceSum(double[] values) {}

    @Override
    public void broadcast(NDArray array, int root) {}

    @Override
    public byte[] broadcast(byte[] bytes, int root) {
        return bytes.clone();
    }

    @Override
    public void barrier(Duration limit) {}

    @Override
    public void awaitPending() {}

    @Override
    public void abort(int status, String reason) {}

    @Override
    public void close() {}
}
