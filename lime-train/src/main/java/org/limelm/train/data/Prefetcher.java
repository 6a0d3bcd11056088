package org.limelm.train.data;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.limelm.core.LimeException;
import org.limelm.train.config.Accumulation;

/**
 * Prepares batches ahead on a separate thread and returns them in step order. If the thread fails,
 * the next {@link #take()} that finds no prepared batch throws the cause.
 */
public final class Prefetcher implements AutoCloseable {
    private static final long POLL_MILLIS = 50;

    private final BatchSource source;
    private final Accumulation accumulation;
    private final StagingRing staging; // used only by the worker
    private final BlockingQueue<HostBatch> ready;
    private final Thread worker;
    private final AtomicLong waitedNanos = new AtomicLong();
    private volatile @Nullable Throwable failure;
    private volatile boolean closed;

    /** Supplies the batches, such as {@link BatchLoader#batch}. */
    @FunctionalInterface
    public interface BatchSource {
        /** Returns the batch of a micro step. */
        HostBatch batch(long step, int microStep);
    }

    /**
     * Starts the thread.
     *
     * @param firstStep step of the first batch
     * @param accumulation number of batches in each step
     * @param depth number of batches prepared ahead
     */
    public Prefetcher(BatchSource source, long firstStep, Accumulation accumulation, int depth) {
        this.source = source;
        this.accumulation = accumulation;
        // Batches in the queue, the one waiting to enter it, and those of the current step.
        this.staging =
                new StagingRing(depth + 1 + Math.max(accumulation.early(), accumulation.late()));
        this.ready = new ArrayBlockingQueue<>(depth);
        this.worker = new Thread(() -> work(firstStep), "lime-batches");
        worker.setDaemon(true);
        worker.start();
    }

    /**
     * Returns the next batch.
     *
     * @throws LimeException if the thread failed, with the failure as the cause
     */
    public HostBatch take() {
        HostBatch prepared = ready.poll();
        if (prepared != null) {
            return prepared;
        }
        long start = System.nanoTime();
        try {
            return await();
        } finally {
            waitedNanos.addAndGet(System.nanoTime() - start);
        }
    }

    /**
     * Returns the total time in nanoseconds that calls of {@link #take} waited for a batch: the
     * time lost to data loading.
     */
    public long waitedNanos() {
        return waitedNanos.get();
    }

    private HostBatch await() {
        try {
            while (true) {
                HostBatch batch = ready.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
                if (batch != null) {
                    return batch;
                }
                Throwable cause = failure;
                if (cause != null && ready.isEmpty()) {
                    String hint =
                            cause instanceof OutOfMemoryError
                                    ? ". Hint: set LIME_JAVA_OPTS=-Xmx8g, or lower data.prefetch"
                                    : "";
                    throw new LimeException(
                            "[batches] the loader thread failed: " + cause.getMessage() + hint,
                            cause);
                }
                if (!worker.isAlive() && ready.isEmpty() && failure == null) {
                    throw new LimeException("[batches] the loader is closed");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LimeException("[batches] interrupted while waiting for a batch", e);
        }
    }

    @SuppressWarnings("CatchingUnchecked") // every failure must reach the trainer
    private void work(long firstStep) {
        try {
            for (long step = firstStep; !closed; step++) {
                int microSteps = accumulation.microSteps(step);
                for (int micro = 0; micro < microSteps && !closed; micro++) {
                    HostBatch batch = source.batch(step, micro);
                    staging.stage(batch);
                    ready.put(batch);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Throwable e) {
            failure = e;
        }
    }

    @Override
    public void close() {
        closed = true;
        worker.interrupt();
        try {
            worker.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
