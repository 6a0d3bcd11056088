package org.limelm.train.distributed;

import ai.djl.ndarray.NDArray;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.IntUnaryOperator;

/** A collective with a watchdog on its operations: the job ends if one takes too long. */
final class WatchedCollective implements Collective {
    private static final int FAILED = 1;

    private final Collective inner;
    private final Watchdog watchdog;

    WatchedCollective(Collective inner, Duration limit) {
        this.inner = inner;
        this.watchdog = new Watchdog(limit, this::onTimeout);
    }

    private void onTimeout(String what) {
        inner.abort(
                FAILED,
                "[watchdog] "
                        + what
                        + ": another process has stalled or exited. Hint: find it in the logs of all"
                        + " ranks, then resume with checkpoint.resume=latest; the limit is"
                        + " distributed.watchdogSeconds");
    }

    @Override
    public int rank() {
        return inner.rank();
    }

    @Override
    public int size() {
        return inner.size();
    }

    @Override
    public void allReduceSum(NDArray array) {
        watchdog.watch(
                describe("the sum of %,d values", array.size()), () -> inner.allReduceSum(array));
    }

    @Override
    public void allReduceSum(double[] values) {
        watchdog.watch(
                describe("the sum of %,d numbers of a step", values.length),
                () -> inner.allReduceSum(values));
    }

    @Override
    public void broadcast(NDArray array, int root) {
        watchdog.watch(
                describe("the broadcast of %,d values from rank %d", array.size(), root),
                () -> inner.broadcast(array, root));
    }

    @Override
    public void broadcastAll(List<NDArray> arrays, IntUnaryOperator root) {
        watchdog.watch(
                describe("the broadcast of %,d arrays", arrays.size()),
                () -> inner.broadcastAll(arrays, root));
    }

    @Override
    public boolean queues() {
        return inner.queues();
    }

    @Override
    public byte[] broadcast(byte[] bytes, int root) {
        return watchdog.compute(
                describe("a message from rank %d", root), () -> inner.broadcast(bytes, root));
    }

    @Override
    public void barrier(Duration limit) {
        watchdog.watch("waiting for all ranks", limit, () -> inner.barrier(limit));
    }

    @Override
    public void awaitPending() {
        watchdog.watch("the work on the GPU", inner::awaitPending);
    }

    private static String describe(String what, Object... numbers) {
        return String.format(Locale.ROOT, what, numbers);
    }

    @Override
    public void abort(int status, String reason) {
        inner.abort(status, reason);
    }

    @Override
    public void close() {
        watchdog.watch("leaving the job", inner::close);
        watchdog.close();
    }
}
