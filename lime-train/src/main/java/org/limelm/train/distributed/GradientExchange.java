package org.limelm.train.distributed;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.limelm.core.LimeException;

/**
 * Sums the gradients of a step over the processes of a team. Each bucket is summed as soon as it is
 * complete, while the backward pass continues: queued on the GPU, or on a separate thread. In a
 * team of one this does nothing.
 */
public final class GradientExchange implements AutoCloseable {
    private final Collective collective;
    private final List<NDArray> buckets;
    private final List<Future<?>> pending = new ArrayList<>();
    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(
                    body -> {
                        Thread daemon = new Thread(body, "lime-exchange");
                        daemon.setDaemon(true);
                        return daemon;
                    });

    /**
     * Creates an exchange.
     *
     * @param buckets buckets of the gradients: flat float32 arrays, with the same layout in every
     *     process
     */
    public GradientExchange(Collective collective, List<NDArray> buckets) {
        this.collective = collective;
        this.buckets = List.copyOf(buckets);
    }

    /** Returns whether there is more than one process. */
    public boolean isJoint() {
        return collective.size() > 1;
    }

    /** Returns the sum of a number over all processes. */
    public double sum(double own) {
        double[] value = {own};
        collective.allReduceSum(value);
        return value[0];
    }

    /** Starts to sum a bucket that is final in this step. */
    public void begin(int bucket) {
        begin(buckets.get(bucket));
    }

    /** Starts to sum an array, which must not be accessed until {@link #finish}. */
    public void begin(NDArray array) {
        if (!isJoint()) {
            return;
        }
        if (collective.queues()) {
            collective.allReduceSum(array);
        } else {
            pending.add(thread.submit(() -> collective.allReduceSum(array)));
        }
    }

    /**
     * Waits for all sums that were started.
     *
     * @throws LimeException if a sum failed
     */
    public void finish() {
        try {
            for (Future<?> sum : pending) {
                sum.get();
            }
        } catch (ExecutionException e) {
            throw rethrown(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LimeException("[exchange] interrupted while gradients were summed", e);
        } finally {
            pending.clear();
        }
        collective.awaitPending();
    }

    private static RuntimeException rethrown(@Nullable Throwable cause) {
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof RuntimeException unchecked
                ? unchecked
                : new IllegalStateException(cause);
    }

    /** Stops the thread. */
    @Override
    public void close() {
        thread.shutdownNow();
    }
}
