package org.limelm.core.random;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SplitMix64Test {
    @Test
    void numbersMatchTheReferenceImplementation() {
        assertThat(SplitMix64.nth(1)).isEqualTo(0xE220A8397B1DCDAFL);
        assertThat(SplitMix64.nth(2)).isEqualTo(0x6E789E6AA1B965F4L);
        assertThat(SplitMix64.nth(3)).isEqualTo(0x06C45D188009454FL);
        assertThat(SplitMix64.next(0)).isEqualTo(SplitMix64.nth(1));
    }

    /** Batches, splits and weights depend on these hashes: if they change, runs change. */
    @Test
    void hashesStayTheSame() {
        assertThat(SplitMix64.hash()).isZero();
        assertThat(SplitMix64.hash(0)).isEqualTo(SplitMix64.next(SplitMix64.next(0)));
        assertThat(SplitMix64.hash(1, 2)).isNotEqualTo(SplitMix64.hash(2, 1));
        assertThat(SplitMix64.hash(1, 2)).isEqualTo(0x2AC0E9440F013026L);
    }

    @Test
    void numbersStayInRange() {
        assertThat(SplitMix64.unit(-1)).isLessThan(1);
        assertThat(SplitMix64.unit(0)).isZero();
        assertThat(SplitMix64.bounded(-1, 7)).isEqualTo(6);
        assertThat(SplitMix64.bounded(0, 7)).isZero();
    }
}
