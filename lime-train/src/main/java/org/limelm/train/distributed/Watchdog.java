package org.limelm.train.distributed;

import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Detects operations that take too long, such as waiting for a process that has stalled. A daemon
 * thread checks all operations being watched.
 */
public final class Watchdog implements AutoCloseable {
    private static final long POLLS_PER_LIMIT = 20;
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(10);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    private final Duration limit;
    private final Consumer<String> alarm;
    private final Set<Guard> guards = ConcurrentHashMap.newKeySet();
    private final Thread thread = new Thread(this::poll, "lime-watchdog");
    private volatile boolean closed;

    /** An operation being watched. */
    private static final class Guard {
        private final String what;
        private final Duration limit;
        private final long started = System.nanoTime();

        Guard(String what, Duration limit) {
            this.what = what;
            this.limit = limit;
        }

        boolean expired() {
            return System.nanoTime() - started > limit.toNanos();
        }
    }

    /**
     * Starts the watchdog.
     *
     * @param limit default time limit of an operation
     * @param alarm called once, on the watchdog's thread, with a description of the overdue
     *     operation
     */
    public Watchdog(Duration limit, Consumer<String> alarm) {
        this.limit = limit;
        this.alarm = alarm;
        thread.setDaemon(true);
        thread.start();
    }

    /** Runs an operation with the default limit. */
    public void watch(String what, Runnable body) {
        watch(what, limit, body);
    }

    /** Runs an operation with its own limit. */
    public void watch(String what, Duration ownLimit, Runnable body) {
        compute(
                what,
                ownLimit,
                () -> {
                    body.run();
                    return true;
                });
    }

    /** Computes a value with the default limit. */
    public <T> T compute(String what, Supplier<T> body) {
        return compute(what, limit, body);
    }

    private <T> T compute(String what, Duration ownLimit, Supplier<T> body) {
        Guard guard = new Guard(what, ownLimit);
        guards.add(guard);
        try {
            return body.get();
        } finally {
            guards.remove(guard);
        }
    }

    private void poll() {
        while (!closed) {
            for (Guard guard : guards) {
                if (guard.expired()) {
                    alarm.accept(
                            String.format(
                                    Locale.ROOT,
                                    "%s has taken more than %.1f s",
                                    guard.what,
                                    guard.limit.toMillis() / 1e3));
                    return;
                }
            }
            Pause.of(pause());
        }
    }

    private Duration pause() {
        Duration pause = limit.dividedBy(POLLS_PER_LIMIT);
        if (pause.compareTo(SHORTEST_PAUSE) < 0) {
            return SHORTEST_PAUSE;
        }
        return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    }

    /** Stops the watchdog. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
