package org.limelm.annotate.full;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CachedTokenDetectorTest {
    private final List<String> asked = new ArrayList<>();
    private final CachedTokenDetector detector =
            new CachedTokenDetector(
                    run -> {
                        asked.add(run);
                        return run.length() > 1 ? new int[] {1} : new int[0];
                    });

    @Test
    void aRunIsSplitOnce() {
        assertThat(detector.starts("ab")).containsExactly(1);
        assertThat(detector.starts("ab")).containsExactly(1);
        assertThat(detector.starts("a")).isEmpty();
        assertThat(asked).containsExactly("ab", "a");
    }

    @Test
    void longRunsAreNotKept() {
        String run = "x".repeat(100);

        assertThat(detector.starts(run)).isEqualTo(detector.starts(run));
        assertThat(asked).containsExactly(run, run);
    }
}
