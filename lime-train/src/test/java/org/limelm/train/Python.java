package org.limelm.train;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The {@code python3} of the path, with what tests need of it. */
public final class Python {
    private Python() {}

    /**
     * The end of a script.
     *
     * @param status exit status
     * @param text what it printed
     */
    public record Output(int status, String text) {}

    /** Skips the test unless Python can read tensor files. */
    public static void requireSafetensors(Path folder) throws InterruptedException {
        boolean found;
        try {
            found = run(folder, "import numpy, safetensors").status() == 0;
        } catch (IOException notStarted) {
            found = false;
        }
        assumeTrue(found, "Skipped: needs python3 with `pip install safetensors numpy`");
    }

    /**
     * Runs a script.
     *
     * @param folder for the script and its output
     */
    public static Output run(Path folder, String script, Object... arguments)
            throws IOException, InterruptedException {
        Path file = Files.writeString(folder.resolve("script.py"), script);
        Path log = folder.resolve("output");
        ProcessBuilder builder = new ProcessBuilder("python3", file.toString());
        List.of(arguments).forEach(argument -> builder.command().add(argument.toString()));
        Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
        return new Output(process.waitFor(), Files.readString(log));
    }
}
