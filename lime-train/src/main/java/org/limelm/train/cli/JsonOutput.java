package org.limelm.train.cli;

import java.io.PrintStream;
import org.limelm.core.io.Json;
import picocli.CommandLine.Option;

/** The option {@code --json}: prints one JSON object as the last line of standard output. */
final class JsonOutput {
    @Option(
            names = "--json",
            description = "Print one JSON object as the last line of standard output.")
    private boolean json;

    /** Prints the result as one line of JSON if {@code --json} was given. */
    void print(PrintStream out, Object result) {
        if (json) {
            out.println(Json.toLine(result));
        }
    }
}
