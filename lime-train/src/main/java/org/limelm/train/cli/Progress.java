package org.limelm.train.cli;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Where commands print what is neither a result nor an error, such as progress, notes and warnings:
 * nowhere with {@code --quiet}.
 */
final class Progress {
    /** Property that is true while a command with {@code --quiet} runs. */
    static final String QUIET = "lime.quiet";

    private Progress() {}

    static boolean isQuiet() {
        return Boolean.getBoolean(QUIET);
    }

    /** Returns whether displays may be redrawn in place: standard error is a terminal. */
    static boolean isLive() {
        return Boolean.getBoolean("lime.terminal") && !isQuiet(); // set by the launcher
    }

    /** Returns standard error, or a stream to nowhere. */
    static PrintStream err() {
        return isQuiet() ? nowhere() : System.err;
    }

    /** Returns standard output, or a stream to nowhere. */
    static PrintStream out() {
        return isQuiet() ? nowhere() : System.out;
    }

    private static PrintStream nowhere() {
        return new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    }
}
