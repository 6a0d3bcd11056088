package org.limelm.train.serve;

import java.time.Duration;

/**
 * The time until which a request must be answered.
 *
 * @param nanos the time, as {@link System#nanoTime}
 * @param timeout the duration that was allowed
 */
record Deadline(long nanos, Duration timeout) {
    static Deadline in(Duration timeout) {
        return new Deadline(System.nanoTime() + timeout.toNanos(), timeout);
    }

    /** Returns the remaining time, nanoseconds; 0 or less if there is none. */
    long remainingNanos() {
        return nanos - System.nanoTime();
    }

    /**
     * Checks that time remains.
     *
     * @throws RequestException with status 504 if it does not
     */
    void check() {
        if (remainingNanos() <= 0) {
            throw expired();
        }
    }

    RequestException expired() {
        return RequestException.of(
                504,
                "timeout",
                "the request took longer than "
                        + timeout.toMillis()
                        + " ms. Hint: ask for fewer tokens, or start the server with a larger --timeout");
    }
}
