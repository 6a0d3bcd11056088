package org.limelm.train.loop;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A polite request to stop: a training loop that sees it finishes nothing more, saves a checkpoint
 * and returns.
 *
 * <p>{@link #onTermination} ties it to the process: at SIGTERM or SIGINT (Ctrl-C) the virtual
 * machine waits until the signal is closed, that is until the checkpoint is saved, and then ends
 * with its own status, 143 or 130. It waits only if a training has begun.
 */
public final class StopSignal implements AutoCloseable {
    private final CountDownLatch finished = new CountDownLatch(1);
    private final Duration patience;
    private final Thread hook = new Thread(this::requestAndWait, "lime-stop");
    private volatile boolean requested;
    private volatile boolean waitedFor;

    private StopSignal(Duration patience) {
        this.patience = patience;
    }

    /** Returns a signal that only {@link #request} raises. */
    public static StopSignal manual() {
        return new StopSignal(Duration.ZERO);
    }

    /**
     * Returns a signal that the end of the process raises too, until it is closed.
     *
     * @param patience how long the process may wait for the checkpoint
     */
    public static StopSignal onTermination(Duration patience) {
        StopSignal signal = new StopSignal(patience);
        Runtime.getRuntime().addShutdownHook(signal.hook);
        return signal;
    }

    /** Notes that a training has begun, which will look at the signal and save a checkpoint. */
    void trainingBegins() {
        waitedFor = true;
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
        if (!waitedFor) {
            return; // nothing has begun that would save a checkpoint
        }
        try {
            if (!finished.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                System.err.println(
                        "[stop] no checkpoint within " + patience.toSeconds() + " s: giving up");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Lets a process that is ending end. */
    @Override
    public void close() {
        finished.countDown();
        if (!patience.isZero()) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // The process is ending: the hook is running, and was just released.
            }
        }
    }
}
