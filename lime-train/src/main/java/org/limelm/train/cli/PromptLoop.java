package org.limelm.train.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/**
 * Reads prompts from a terminal until Ctrl-D, with line editing and a history of this session.
 * Ctrl-C clears a line that is being edited, and stops a generation.
 */
final class PromptLoop {
    private static final String PROMPT = "> ";

    private final Terminal terminal;

    /** Answers a prompt. */
    @FunctionalInterface
    interface Answer {
        /**
         * Writes the answer.
         *
         * @param goesOn false once the user has asked to stop
         */
        void to(String prompt, PrintStream out, BooleanSupplier goesOn);
    }

    PromptLoop(Terminal terminal) {
        this.terminal = terminal;
    }

    /**
     * Returns whether standard input and output are a terminal. Java 22 and later have a console
     * without one, too; there, the launcher says whether standard input is a pipe or a file.
     */
    @SuppressWarnings("SystemConsoleNull")
    static boolean isPossible() {
        return System.console() != null && !Boolean.getBoolean("lime.stdin");
    }

    /** Runs a loop on the terminal of the process, whose Ctrl-C no longer ends the process. */
    static void run(Answer answer) throws IOException {
        try (Terminal terminal =
                TerminalBuilder.builder()
                        .system(true)
                        .dumb(true)
                        .nativeSignals(true)
                        .signalHandler(Terminal.SignalHandler.SIG_IGN)
                        .build()) {
            new PromptLoop(terminal).read(answer);
        }
    }

    void read(Answer answer) {
        LineReader reader =
                LineReaderBuilder.builder()
                        .terminal(terminal)
                        .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true) // ! is text
                        .build();
        PrintStream out = new PrintStream(terminal.output(), true, terminal.encoding());
        out.println("Type a text to continue. Ctrl-C stops a text, Ctrl-D ends.");
        while (true) {
            String prompt;
            try {
                prompt = reader.readLine(PROMPT);
            } catch (UserInterruptException e) {
                continue;
            } catch (EndOfFileException e) {
                return;
            }
            if (!prompt.isBlank()) {
                answer(prompt, answer, out);
            }
        }
    }

    private void answer(String prompt, Answer answer, PrintStream out) {
        AtomicBoolean stopped = new AtomicBoolean();
        Terminal.SignalHandler before =
                terminal.handle(Terminal.Signal.INT, signal -> stopped.set(true));
        try {
            answer.to(prompt, out, () -> !stopped.get());
        } finally {
            terminal.handle(Terminal.Signal.INT, before);
            out.flush();
        }
    }
}
