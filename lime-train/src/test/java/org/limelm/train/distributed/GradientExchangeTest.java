package org.limelm.train.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.limelm.core.LimeException;

class GradientExchangeTest {
    private final NDManager manager = NDManager.newBaseManager("PyTorch");
    private final List<NDArray> buckets =
            List.of(manager.ones(new Shape(1)), manager.ones(new Shape(2)));

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void sumsRunConcurrentlyAndInOrder() throws InterruptedException {
        CountDownLatch backwardGoesOn = new CountDownLatch(1);
        List<String> events = new CopyOnWriteArrayList<>();
        Collective slow =
                new PairedCollective() {
                    @Override
                    public void allReduceSum(NDArray array) {
                        try {
                            backwardGoesOn.await();
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                        events.add(Thread.currentThread().getName() + " sums " + array.size());
                    }
                };
        try (GradientExchange exchange = new GradientExchange(slow, buckets)) {
            exchange.begin(1);
            exchange.begin(0);
            events.add("backward continues");
            backwardGoesOn.countDown();
            exchange.finish();
            events.add("finished");
        }
        assertThat(events)
                .containsExactly(
                        "backward continues",
                        "lime-exchange sums 2",
                        "lime-exchange sums 1",
                        "finished");
    }

    @Test
    void failedSumsAreThrownByFinish() {
        Collective broken =
                new PairedCollective() {
                    @Override
                    public void allReduceSum(NDArray array) {
                        throw new LimeException("[nccl] the link is gone");
                    }
                };
        try (GradientExchange exchange = new GradientExchange(broken, buckets)) {
            exchange.begin(0);
            assertThatThrownBy(exchange::finish)
                    .isInstanceOf(LimeException.class)
                    .hasMessage("[nccl] the link is gone");
        }
    }

    @Test
    void singleProcessSumsNothing() {
        try (GradientExchange exchange = new GradientExchange(new LocalCollective(), buckets)) {
            exchange.begin(0);
            exchange.finish();
            assertThat(exchange.isJoint()).isFalse();
            assertThat(exchange.sum(3)).isEqualTo(3);
        }
    }
}
