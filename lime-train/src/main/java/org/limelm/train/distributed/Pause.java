package org.limelm.train.distributed;

import java.time.Duration;

/** Sleeps without throwing on interruption. */
final class Pause {
    private Pause() {}

    /** Sleeps for a time. An interruption ends the sleep and sets the thread's interrupt status. */
    static void of(Duration time) {
        try {
            Thread.sleep(time.toMillis(), time.toNanosPart() % 1_000_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
