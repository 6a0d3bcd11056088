package org.limelm.train.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Wrong usage of {@code lime serve}; {@code ServeCommandIT} runs it. */
class ServeCommandTest {
    @TempDir private Path folder;

    @Test
    void wrongUsageEndsBeforeAnythingIsServed() {
        CapturedRun none = CapturedRun.of("serve");
        assertThat(none.status()).isEqualTo(2);
        assertThat(none.err()).contains("RUN");

        String run = folder.resolve("absent").toString();
        CapturedRun absent = CapturedRun.of("serve", run, "--port", "0");
        assertThat(absent.status()).isEqualTo(1);
        assertThat(absent.err()).contains("no model found");

        CapturedRun twice = CapturedRun.of("serve", run, run);
        assertThat(twice.status()).isEqualTo(2);
        assertThat(twice.err()).contains("has a folder twice");

        CapturedRun limit = CapturedRun.of("serve", run, "--queue", "-1");
        assertThat(limit.status()).isEqualTo(2);
        assertThat(limit.err()).contains("[queue] -1, expected 0 or more");
    }
}
