package org.limelm.train.generation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DelayedMetadataTest {
    @Test
    void tagsAreDelayedAndPaddedWithNone() {
        DelayedMetadata late = new DelayedMetadata(token -> new int[] {token, token + 1}, 2, 2);
        assertThat(late.tagsFor(5)).containsExactly(0, 0);
        assertThat(late.tagsFor(6)).containsExactly(0, 0);
        assertThat(late.tagsFor(7)).containsExactly(5, 6);
        assertThat(late.tagsFor(8)).containsExactly(6, 7);
    }
}
