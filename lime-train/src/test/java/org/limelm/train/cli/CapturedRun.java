package org.limelm.train.cli;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The output and exit status of a command that ran in this process.
 *
 * @param status the exit status
 * @param out standard output
 * @param err standard error
 */
record CapturedRun(int status, String out, String err) {
    static CapturedRun of(String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        CapturedRun ran = writingTo(out, args);
        return new CapturedRun(ran.status, out.toString(StandardCharsets.UTF_8), ran.err);
    }

    /** Runs a command with a stream as its standard output, which is not captured. */
    static CapturedRun writingTo(OutputStream standardOutput, String... args) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
        try (PrintStream givenOut = new PrintStream(standardOutput, true, StandardCharsets.UTF_8);
                PrintStream capturedErr = new PrintStream(errBytes, true, StandardCharsets.UTF_8)) {
            System.setOut(givenOut);
            System.setErr(capturedErr);
            int status = Lime.run(args);
            return new CapturedRun(status, "", errBytes.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }

    String lastLine() {
        List<String> lines = out.strip().lines().toList();
        return lines.get(lines.size() - 1);
    }
}
