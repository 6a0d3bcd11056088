package org.limelm.train.loop;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A request to stop gracefully: the training loop stops after the current step, saves a checkpoint
 * and returns.
 *
 * <p>{@link #onTermination} binds it to the process: on SIGTERM or SIGINT (Ctrl-C), the JVM waits
 * until the signal is closed, that is, until the checkpoint is saved, and then exits with status
 * 143 or 130. It waits only if training has started.
 */
public final class StopSignal implements AutoCloseable {
    private final CountDownLatch finished = new CountDownLatch(1);
    private final Duration timeout;
    private final Thread hook = new Thread(this::requestAndWait, "lime-stop");
    private volatile boolean requested;
    private volatile boolean trainingStarted;

    private StopSignal(Duration timeout) {
        this.timeout = timeout;
    }

    /** Returns a signal that is raised only by {@link #request}. */
    public static StopSignal manual() {
        return new StopSignal(Duration.ZERO);
    }

    /**
     * Returns a signal that is also raised by termination of the process, until it is closed.
     *
     * @param timeout maximum time to wait for the checkpoint
     */
    public static StopSignal onTermination(Duration timeout) {
        StopSignal signal = new StopSignal(timeout);
        Runtime.getRuntime().addShutdownHook(signal.hook);
        return signal;
    }

    /** Records that training has started, so that termination waits for its checkpoint. */
    void startTraining() {
        trainingStarted = true;
    }

    /** Raises the signal. */
    public void request() {
        requested = true;
    }

    /** Returns whether the signal is raised. */
    public boolean requested() {
        return requested;
    }

    private void requestAndWait() {
        request();
        if (!trainingStarted) {
            return; // no training that would save a checkpoint
        }
        try {
            if (!finished.await(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                System.err.println(
                        "[stop] no checkpoint within "
                                + timeout.toSeconds()
                                + " s; exiting without one");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Lets a terminating process exit. */
    @Override
    public void close() {
        finished.countDown();
        if (!timeout.isZero()) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // The JVM is shutting down: the hook is running and was just released.
            }
        }
    }
}
