package org.limelm.model.machine;

import com.sun.jna.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * What this machine's processor can do, as Linux tells.
 *
 * @param flags the names of its extensions; empty elsewhere than on Linux and x86-64
 */
record Processor(Set<String> flags) {
    private static final Path INFO = Path.of("/proc/cpuinfo");

    static Processor ofThisMachine() {
        if (!Platform.isLinux() || !Platform.isIntel() || !Platform.is64Bit()) {
            return new Processor(Set.of());
        }
        try {
            return new Processor(
                    Files.readAllLines(INFO).stream()
                            .filter(line -> line.startsWith("flags"))
                            .findFirst()
                            .map(
                                    line ->
                                            Set.of(
                                                    line.substring(line.indexOf(':') + 1)
                                                            .strip()
                                                            .split("\\s+")))
                            .orElse(Set.of()));
        } catch (IOException e) {
            return new Processor(Set.of());
        }
    }

    /** Returns whether it has vectors of 512 bits. */
    boolean hasAvx512() {
        return flags.containsAll(Set.of("avx2", "fma", "avx512f", "avx512dq", "avx512vl"));
    }

    /** Returns whether it also multiplies pairs of bfloat16. */
    boolean hasBf16() {
        return hasAvx512() && flags.contains("avx512_bf16");
    }
}
