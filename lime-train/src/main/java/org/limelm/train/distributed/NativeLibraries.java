package org.limelm.train.distributed;

import com.sun.jna.NativeLibrary;
import java.util.List;
import java.util.Optional;

/** Finds native libraries that may have one of several names. */
final class NativeLibraries {
    private NativeLibraries() {}

    /** Returns the first name for which a library is found. */
    static Optional<String> firstFound(List<String> names) {
        return names.stream().filter(NativeLibraries::isFound).findFirst();
    }

    private static boolean isFound(String name) {
        try {
            NativeLibrary.getInstance(name); // stays open, so that loading it again is free
            return true;
        } catch (UnsatisfiedLinkError e) {
            return false;
        }
    }
}
