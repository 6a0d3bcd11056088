package org.limelm.train.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.DumbTerminal;
import org.junit.jupiter.api.Test;

class PromptLoopTest {
    private final List<String> prompts = new ArrayList<>();

    /** Types keys and returns what the terminal shows. */
    private String type(String keys, PromptLoop.Answer answer) throws IOException {
        ByteArrayOutputStream screen = new ByteArrayOutputStream();
        try (Terminal terminal =
                new DumbTerminal(
                        new ByteArrayInputStream(keys.getBytes(StandardCharsets.UTF_8)), screen)) {
            new PromptLoop(terminal).read(answer);
        }
        return screen.toString(StandardCharsets.UTF_8);
    }

    @Test
    void everyLineIsAPromptUntilTheEnd() throws IOException {
        String screen =
                type(
                        "The people\n\nWhat!\n",
                        (prompt, out, goesOn) -> {
                            prompts.add(prompt);
                            out.println("<" + prompt + " and more>");
                        });
        assertThat(prompts).containsExactly("The people", "What!");
        assertThat(screen).contains("Ctrl-D", "<The people and more>", "<What! and more>");
    }

    @Test
    void anInterruptStopsTheTextButNotTheLoop() throws IOException {
        ByteArrayOutputStream screen = new ByteArrayOutputStream();
        try (Terminal terminal =
                new DumbTerminal(
                        new ByteArrayInputStream(
                                "first\nsecond\n".getBytes(StandardCharsets.UTF_8)),
                        screen)) {
            new PromptLoop(terminal)
                    .read(
                            (prompt, out, goesOn) -> {
                                assertThat(goesOn.getAsBoolean()).isTrue();
                                if (prompt.equals("first")) {
                                    terminal.raise(Terminal.Signal.INT);
                                    assertThat(goesOn.getAsBoolean()).isFalse();
                                }
                                prompts.add(prompt);
                            });
        }
        assertThat(prompts).containsExactly("first", "second");
    }
}
