package org.limelm.train.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** NO_COLOR (no-color.org) in the environment of the process turns off every colour. */
class NoColourIT {
    private static final String ESCAPE = "\033[";

    private static String output(Map<String, String> environment, String... args)
            throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                Lime.class.getName()));
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().remove("NO_COLOR");
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void helpAndErrorsHaveNoColours() throws IOException {
        Map<String, String> forced = Map.of("CLICOLOR_FORCE", "1");
        Map<String, String> none = Map.of("CLICOLOR_FORCE", "1", "NO_COLOR", "1");
        assertThat(output(forced, "generate", "--help")).contains(ESCAPE);
        assertThat(output(none, "generate", "--help")).contains("Usage").doesNotContain(ESCAPE);
        assertThat(output(forced, "trian")).contains(ESCAPE);
        assertThat(output(none, "trian")).contains("trian").doesNotContain(ESCAPE);
    }
}
