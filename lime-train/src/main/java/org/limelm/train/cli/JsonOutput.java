package org.limelm.train.cli;

import java.io.PrintStream;
import org.limelm.core.io.Json;
import picocli.CommandLine.Option;

/** The option {@code --json}: one JSON object as the last line of standard output. */
final class JsonOutput {
    @Option(
            names = "--json",
            description = "Print one JSON object as the last line of standard output.")
    private boolean json;

    /** Prints the result as one line of JSON where that was asked for. */
    void print(PrintStream out, Object result) {
        if (json) {
            out.println(Json.toLine(result));
        }
    }
}
