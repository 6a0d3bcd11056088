package org.limelm.train.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.limelm.core.LimeException;

class StandardOutputTest {
    @Test
    void aCommandWhoseOutputIsLostFails() {
        for (String[] command :
                new String[][] {
                    {"config", "schema"},
                    {"config", "show", "../configs/mini.yaml", "--json"},
                    {"--help"}
                }) {
            CapturedRun ran = CapturedRun.writingTo(new FullDisk(), command);
            assertThat(ran.status()).as(String.join(" ", command)).isEqualTo(Lime.FAILED);
            assertThat(ran.err()).contains("lime: [standard output] cannot be written");
        }
    }

    @Test
    void aLostLineOfAResultIsAnError() {
        PrintStream before = System.out;
        try (PrintStream out = new PrintStream(new FullDisk(), true, StandardCharsets.UTF_8)) {
            System.setOut(out);
            assertThatThrownBy(() -> StandardOutput.println("a line"))
                    .isInstanceOf(LimeException.class)
                    .hasMessageContaining("Hint: free disk space");
        } finally {
            System.setOut(before);
        }
    }
}
