package org.limelm.train.distributed;

import java.time.Duration;

/** Sleeping where an interruption has no meaning. */
final class Pause {
    private Pause() {}

    /** Sleeps; an interruption ends the sleep, and is left for the caller's caller to see. */
    static void of(Duration time) {
        try {
            Thread.sleep(time.toMillis(), time.toNanosPart() % 1_000_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
