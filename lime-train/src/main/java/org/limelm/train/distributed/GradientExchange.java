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
 * Sums what the processes of a team have found in one step. Gradients travel bucket by bucket on a
 * thread of their own, while the backward pass goes on with the next ones. In a team of one nothing
 * is to be done, and nothing is.
 */
public final class GradientExchange implements AutoCloseable {
    private final Collective collective;
    private final List<NDArray> buckets;
    private final List<Future<?>> underWay = new ArrayList<>();
    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(
                    body -> {
                        Thread made = new Thread(body, "lime-exchange");
                        made.setDaemon(true);
                        return made;
                    });

    /**
     * Prepares to sum.
     *
     * @param buckets of the gradients: flat, float32, the same in every process
     */
    public GradientExchange(Collective collective, List<NDArray> buckets) {
        this.collective = collective;
        this.buckets = List.copyOf(buckets);
    }

    /** Returns whether there is anybody to exchange with. */
    public boolean isJoint() {
        return collective.size() > 1;
    }

    /** Returns the sum of a number over all processes. */
    public double sum(double own) {
        double[] value = {own};
        collective.allReduceSum(value);
        return value[0];
    }

    /** Begins to sum a bucket that the last backward pass of a step will not change any more. */
    public void begin(int bucket) {
        begin(buckets.get(bucket));
    }

    /** Begins to sum an array; it must not be touched until {@link #finish}. */
    public void begin(NDArray array) {
        if (isJoint()) {
            underWay.add(thread.submit(() -> collective.allReduceSum(array)));
        }
    }

    /**
     * Waits until all that was begun is summed.
     *
     * @throws LimeException if it cannot be
     */
    public void finish() {
        try {
            for (Future<?> sum : underWay) {
                sum.get();
            }
        } catch (ExecutionException e) {
            throw rethrown(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LimeException("[exchange] interrupted while gradients were summed", e);
        } finally {
            underWay.clear();
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

    /** Ends the thread. */
    @Override
    public void close() {
        thread.shutdownNow();
    }
}
