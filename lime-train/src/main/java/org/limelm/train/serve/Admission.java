package org.limelm.train.serve;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

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

    /**
     * Runs a request that is worked on or waits until it returns.
     *
     * @throws RequestException with status 429 if the queue is full
     */
    void admit(Runnable request) {
        if (!admitted.tryAcquire()) {
            throw RequestException.of(
                    429,
                    "queue_full",
                    capacity + " requests are in work or waiting. Hint: try again later");
        }
        try {
            request.run();
        } finally {
            admitted.release();
        }
    }

    /**
     * Waits for a model and for a place among the requests in work, then runs a task.
     *
     * @param model lock of the model
     * @throws RequestException with status 504 if the deadline passes before
     */
    void work(ReentrantLock model, Deadline deadline, Runnable task) {
        try {
            if (!model.tryLock(deadline.remainingNanos(), TimeUnit.NANOSECONDS)) {
                throw deadline.expired();
            }
            try {
                if (!working.tryAcquire(deadline.remainingNanos(), TimeUnit.NANOSECONDS)) {
                    throw deadline.expired();
                }
                try {
                    task.run();
                } finally {
                    working.release();
                }
            } finally {
                model.unlock();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw RequestException.of(503, "stopping", "the server is stopping");
        }
    }

    /** Returns the number of requests in work or waiting. */
    int inFlight() {
        return capacity - admitted.availablePermits();
    }
}
