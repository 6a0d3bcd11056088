package org.limelm.train.internal.measure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The machine's processor. */
public final class Processor {
    private static final Path CPUINFO = Path.of("/proc/cpuinfo");
    private static final String KEY = "model name";

    private Processor() {}

    /** Returns the CPU model name on Linux; empty on other systems. */
    public static String name() {
        if (!Files.isReadable(CPUINFO)) {
            return "";
        }
        try {
            return Files.readAllLines(CPUINFO, StandardCharsets.UTF_8).stream()
                    .filter(line -> line.startsWith(KEY))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("");
        } catch (IOException e) {
            return ""; // for information only
        }
    }
}
