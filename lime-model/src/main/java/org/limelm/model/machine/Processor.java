package org.limelm.model.machine;

import com.sun.jna.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * What a processor can do.
 *
 * @param flags the names of its extensions, as Linux calls them
 */
record Processor(Set<String> flags) {
    private static final Path INFO = Path.of("/proc/cpuinfo");

    /** Returns this machine's; without extensions elsewhere than on Linux and x86-64. */
    static Processor ofThisMachine() {
        if (!Platform.isLinux() || !Platform.isIntel() || !Platform.is64Bit()) {
            return new Processor(Set.of());
        }
        try {
            return of(Files.readAllLines(INFO));
        } catch (IOException e) {
            return new Processor(Set.of());
        }
    }

    /** Returns the first processor that Linux's {@code /proc/cpuinfo} describes. */
    static Processor of(List<String> lines) {
        return new Processor(
                lines.stream()
                        .filter(line -> line.startsWith("flags") && line.contains(":"))
                        .findFirst()
                        .map(line -> line.substring(line.indexOf(':') + 1).strip())
                        .map(flags -> Set.copyOf(List.of(flags.split("\\s+"))))
                        .orElse(Set.of()));
    }

    /** Returns whether it has vectors of 512 bits. */
    boolean hasAvx512() {
        return flags.containsAll(Set.of("avx2", "fma", "avx512f", "avx512vl"));
    }

    /** Returns whether it also multiplies pairs of bfloat16. */
    boolean hasBf16() {
        return hasAvx512() && flags.contains("avx512_bf16");
    }
}
