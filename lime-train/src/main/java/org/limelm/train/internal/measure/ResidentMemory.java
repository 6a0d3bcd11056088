package org.limelm.train.internal.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The resident memory of this process, including native memory, as reported by Linux. */
public final class ResidentMemory {
    private static final Path STATUS = Path.of("/proc/self/status");

    private ResidentMemory() {}

    /** Returns the current resident set size in bytes, or 0 if the system does not report it. */
    public static long residentBytes() {
        return read("VmRSS:");
    }

    /** Returns the peak resident set size in bytes, or 0 if the system does not report it. */
    public static long peakResidentBytes() {
        return read("VmHWM:");
    }

    private static long read(String key) {
        if (!Files.isReadable(STATUS)) {
            return 0;
        }
        try {
            for (String line : Files.readAllLines(STATUS)) {
                if (line.startsWith(key)) {
                    return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
                }
            }
        } catch (IOException e) {
            return 0; // for information only
        }
        return 0;
    }
}
