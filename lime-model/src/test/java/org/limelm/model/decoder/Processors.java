package org.limelm.model.decoder;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The CPU features of this machine, read from Linux independently of the code under test. */
final class Processors {
    private static final Path INFO = Path.of("/proc/cpuinfo");

    private Processors() {}

    static boolean have(String flag) {
        try {
            return Files.isReadable(INFO)
                    && Files.readAllLines(INFO).stream()
                            .anyMatch(line -> (line + " ").contains(" " + flag + " "));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
