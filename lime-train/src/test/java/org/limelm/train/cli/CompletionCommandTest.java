package org.limelm.train.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code lime completion} in a real bash. */
class CompletionCommandTest {
    @TempDir private Path folder;
    private Path script;

    @BeforeEach
    void printScript() throws IOException {
        assumeTrue(
                Stream.of(System.getenv("PATH").split(File.pathSeparator))
                        .anyMatch(path -> Files.isExecutable(Path.of(path, "bash"))),
                "Skipped: bash is not installed");
        CapturedRun printed = CapturedRun.of("completion");
        assertThat(printed.status()).as(printed.err()).isZero();
        script = Files.writeString(folder.resolve("lime-completion"), printed.out());
    }

    @Test
    void bashAcceptsTheScript() throws Exception {
        assertThat(bash("-n", script.toString())).isEmpty();
    }

    @Test
    void commandsAndOptionsAreCompleted() throws Exception {
        assertThat(completions("tr")).containsExactly("train");
        assertThat(completions("co")).containsExactly("compare", "config", "completion");
        assertThat(completions("config", "s")).containsExactly("show", "schema");
        assertThat(completions("config", "schema", "--c")).containsExactly("--comparison");
        assertThat(completions("annotate", "--annotation", "ca")).containsExactly("causal");
        assertThat(completions("xyz")).isEmpty();
    }

    @Test
    void theFunctionIsRegisteredForTheLauncher() throws Exception {
        assertThat(bash("-c", "source \"$0\" && complete -p lime", script.toString()))
                .singleElement()
                .asString()
                .contains("-F _complete_lime", " lime");
    }

    /** Returns what bash offers for the last of the words after {@code lime}. */
    private List<String> completions(String... words) throws IOException, InterruptedException {
        String complete =
                """
                source "$0"
                COMP_WORDS=(lime "$@")
                COMP_CWORD=$#
                COMP_LINE="lime $*"
                COMP_POINT=${#COMP_LINE}
                _complete_lime 2>/dev/null
                printf '%s\\n' "${COMPREPLY[@]}"
                """;
        List<String> arguments = new ArrayList<>(List.of("-c", complete, script.toString()));
        arguments.addAll(List.of(words));
        return bash(arguments.toArray(String[]::new)).stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
    }

    /** Runs bash and returns the lines it prints, on both of its outputs. */
    private List<String> bash(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("bash"));
        command.addAll(List.of(arguments));
        Path output = folder.resolve("output.txt");
        int status =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start()
                        .waitFor();
        String text = Files.readString(output, StandardCharsets.UTF_8);
        assertThat(status).as(text).isZero();
        return text.lines().toList();
    }
}
