package org.limelm.train.distributed;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The CPU cores that this process may run on. */
final class Cores {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String KEY = "Cpus_allowed_list:";

    private Cores() {}

    /**
     * Returns an identifier of the allowed cores; equal identifiers mean the same cores of the same
     * machine. Only Linux reports whether a launcher has bound processes to certain cores.
     */
    static String allowed() {
        return host() + " " + list();
    }

    /** Returns the name of this machine. */
    static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    private static String list() {
        if (!Files.isReadable(STATUS)) {
            return "all";
        }
        try {
            return Files.readAllLines(STATUS).stream()
                    .filter(line -> line.startsWith(KEY))
                    .map(line -> line.substring(KEY.length()).strip())
                    .findFirst()
                    .orElse("all");
        } catch (IOException e) {
            return "all";
        }
    }
}
