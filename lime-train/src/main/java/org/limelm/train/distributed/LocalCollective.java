package org.limelm.train.distributed;

import ai.djl.ndarray.NDArray;
import java.time.Duration;

/** The collective of a single process: sums and broadcasts change nothing. */
public final class LocalCollective implements Collective {
    @Override
    public int rank() {
        return 0;
    }

    @Override
    public int size() {
        return 1;
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
