package org.limelm.train.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class WatchdogTest {
    private static final Duration LIMIT = Duration.ofMillis(100);

    private final List<String> alarms = new CopyOnWriteArrayList<>();

    @Test
    void overdueOperationsAreReportedOnce() {
        try (Watchdog watchdog = new Watchdog(LIMIT, alarms::add)) {
            watchdog.watch("a nap", () -> Pause.of(Duration.ofMillis(400)));
        }
        assertThat(alarms).containsExactly("a nap has taken more than 0.1 s");
    }

    @Test
    void operationsWithinTheirLimitsAreNotReported() {
        try (Watchdog watchdog = new Watchdog(LIMIT, alarms::add)) {
            for (int i = 0; i < 20; i++) {
                watchdog.watch("short", () -> Pause.of(Duration.ofMillis(10)));
            }
            watchdog.watch("long", Duration.ofSeconds(30), () -> Pause.of(Duration.ofMillis(300)));
        }
        assertThat(alarms).isEmpty();
    }
}
