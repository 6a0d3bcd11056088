package org.limelm.train.distributed;

import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Notices that something takes too long: what waits for other processes would wait for ever if one
 * of them stalls. A daemon thread looks at everything under guard.
 */
public final class Watchdog implements AutoCloseable {
    private static final long LOOKS_PER_LIMIT = 20;
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(10);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    private final Duration limit;
    private final Consumer<String> alarm;
    private final Set<Guard> guards = ConcurrentHashMap.newKeySet();
    private final Thread thread = new Thread(this::look, "lime-watchdog");
    private volatile boolean closed;

    /** Something that is going on. */
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
     * Begins to watch.
     *
     * @param limit how long something may take, if it does not say so itself
     * @param alarm is called on the watchdog's thread, once, with what took too long
     */
    public Watchdog(Duration limit, Consumer<String> alarm) {
        this.limit = limit;
        this.alarm = alarm;
        thread.setDaemon(true);
        thread.start();
    }

    /** Does something under guard. */
    public void watch(String what, Runnable body) {
        watch(what, limit, body);
    }

    /** Does something under guard that may take longer, or shorter, than most. */
    public void watch(String what, Duration ownLimit, Runnable body) {
        compute(
                what,
                ownLimit,
                () -> {
                    body.run();
                    return true;
                });
    }

    /** Computes something under guard. */
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

    private void look() {
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
        Duration pause = limit.dividedBy(LOOKS_PER_LIMIT);
        if (pause.compareTo(SHORTEST_PAUSE) < 0) {
            return SHORTEST_PAUSE;
        }
        return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    }

    /** Stops watching. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
