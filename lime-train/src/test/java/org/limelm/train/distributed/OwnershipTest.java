package org.limelm.train.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class OwnershipTest {
    @Test
    void sizesAreBalanced() {
        List<Long> sizes = LongStream.rangeClosed(1, 100).boxed().toList();
        Ownership ownership = Ownership.bySize(sizes, 3);
        long[] loads = new long[3];
        IntStream.range(0, 100).forEach(i -> loads[ownership.of(i)] += sizes.get(i));
        assertThat(LongStream.of(loads).sum()).isEqualTo(5050);
        for (long load : loads) {
            assertThat(load).isBetween(5050L / 3 - 2, 5050L / 3 + 2);
        }
    }

    @Test
    void largestItemsAreAssignedFirst() {
        assertThat(Ownership.bySize(List.of(1L, 9L, 4L, 4L), 2)).hasToString("[1, 0, 1, 1]");
        assertThat(Ownership.bySize(List.of(3L, 2L), 1)).hasToString("[0, 0]");
        assertThat(Ownership.bySize(List.of(3L), 4)).hasToString("[0]");
    }
}
