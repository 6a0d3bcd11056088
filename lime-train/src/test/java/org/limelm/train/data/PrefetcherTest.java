package org.limelm.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.limelm.core.LimeException;
import org.limelm.train.config.Accumulation;

@Timeout(value = 10, unit = TimeUnit.SECONDS)
class PrefetcherTest {
    private static HostBatch batch(long step, int micro) {
        return new HostBatch(
                1,
                1,
                new long[] {step},
                new long[] {micro},
                List.of(),
                List.of(),
                Optional.empty(),
                new int[1],
                List.of());
    }

    @Test
    void batchesAreInStepOrderForAnyDepth() {
        for (int depth : List.of(1, 2, 7)) {
            try (Prefetcher prefetcher =
                    new Prefetcher(PrefetcherTest::batch, 5, Accumulation.of(2), depth)) {
                for (long step = 5; step < 20; step++) {
                    for (long micro = 0; micro < 2; micro++) {
                        HostBatch batch = prefetcher.take();
                        assertThat(batch.tokens()).containsExactly(step);
                        assertThat(batch.targets()).containsExactly(micro);
                    }
                }
            }
        }
    }

    @Test
    void onlyWaitingForASlowSourceIsCounted() throws InterruptedException {
        CountDownLatch slow = new CountDownLatch(1);
        CountDownLatch prepared = new CountDownLatch(4);
        Prefetcher.BatchSource source =
                (step, micro) -> {
                    prepared.countDown();
                    if (step == 3) {
                        awaitQuietly(slow);
                    }
                    return batch(step, micro);
                };
        try (Prefetcher prefetcher = new Prefetcher(source, 0, Accumulation.of(1), 8)) {
            prepared.await(); // steps 0 to 2 are in the queue
            for (int step = 0; step < 3; step++) {
                prefetcher.take();
            }
            assertThat(prefetcher.waitedNanos()).isZero();
            new Thread(
                            () -> {
                                LockSupport.parkNanos(20_000_000);
                                slow.countDown();
                            })
                    .start();
            prefetcher.take();
            assertThat(prefetcher.waitedNanos()).isPositive();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void failureOfTheThreadIsReportedWithItsCause() {
        Prefetcher.BatchSource failing =
                (step, micro) -> {
                    if (step == 2) {
                        throw new OutOfMemoryError("no memory");
                    }
                    return batch(step, micro);
                };
        try (Prefetcher prefetcher = new Prefetcher(failing, 0, Accumulation.of(1), 4)) {
            prefetcher.take();
            prefetcher.take();
            assertThatThrownBy(prefetcher::take)
                    .isInstanceOf(LimeException.class)
                    .hasMessageContainingAll("no memory", "LIME_JAVA_OPTS=-Xmx")
                    .hasCauseInstanceOf(OutOfMemoryError.class);
        }
    }

    @Test
    void takeAfterCloseDoesNotHang() {
        Prefetcher prefetcher = new Prefetcher(PrefetcherTest::batch, 0, Accumulation.of(1), 1);
        prefetcher.close();
        prefetcher.close();
        assertThatThrownBy(
                        () -> {
                            prefetcher.take();
                            prefetcher.take();
                        })
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("closed");
    }
}
