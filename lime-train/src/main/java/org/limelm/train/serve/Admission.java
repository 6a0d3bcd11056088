package org.limelm.train.serve;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;

/** Decides which requests are worked on, which wait, and which are refused. Thread-safe. */
final class Admission {
    private final int capacity;
    private final Semaphore admitted;
    private final Semaphore working;

    Admission(ServeLimits limits) {
        capacity = limits.concurrentRequests() + limits.queuedRequests();
        admitted = new Semaphore(capacity);
        working = new Semaphore(limits.concurrentRequests(), true);
    }

    /** A place that a request holds until it is closed. */
    interface Place extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Admits a request, to be worked on or to wait.
     *
     * @throws RequestException with status 429 if the queue is full
     */
    Place admit() {
        if (!admitted.tryAcquire()) {
            throw RequestException.of(
                    429,
                    "queue_full",
                    capacity + " requests are in work or waiting. Hint: try again later");
        }
        return admitted::release;
    }

    /**
     * Waits until an admitted request may be worked on.
     *
     * @throws RequestException with status 504 if the deadline passes
     */
    Place work(Deadline deadline) {
        try {
            if (!working.tryAcquire(deadline.remainingNanos(), TimeUnit.NANOSECONDS)) {
                throw deadline.expired();
            }
            return working::release;
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    /**
     * Waits for a lock.
     *
     * @throws RequestException with status 504 if the deadline passes
     */
    static Place lock(Lock lock, Deadline deadline) {
        try {
            if (!lock.tryLock(deadline.remainingNanos(), TimeUnit.NANOSECONDS)) {
                throw deadline.expired();
            }
            return lock::unlock;
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private static RequestException interrupted() {
        Thread.currentThread().interrupt();
        return RequestException.of(503, "stopping", "the server is stopping");
    }

    /** Returns the number of requests in work or waiting. */
    int inFlight() {
        return capacity - admitted.availablePermits();
    }
}
