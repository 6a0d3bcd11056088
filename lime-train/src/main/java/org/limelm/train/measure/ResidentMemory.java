package org.limelm.train.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The memory of this process, native memory included, as Linux counts it. */
public final class ResidentMemory {
    private static final Path STATUS = Path.of("/proc/self/status");

    private ResidentMemory() {}

    /** Returns the bytes resident in memory now, or 0 where the system does not tell. */
    public static long residentBytes() {
        return read("VmRSS:");
    }

    /** Returns the largest number of bytes ever resident, or 0 where the system does not tell. */
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
            return 0; // the figure is for information only
        }
        return 0;
    }
}
