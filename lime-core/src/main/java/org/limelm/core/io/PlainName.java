package org.limelm.core.io;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Validates file names from untrusted files, so that they cannot point outside their folder. */
public final class PlainName {
    private PlainName() {}

    /**
     * Returns the name, if it is the plain name of a visible file.
     *
     * @throws IllegalArgumentException if it is empty, hidden, a path, or not a valid file name
     */
    public static String require(String name) {
        if (name.isBlank() || name.startsWith(".") || !name.matches("[^/\\\\:\\p{Cntrl}]+")) {
            throw notPlain(name, null);
        }
        try {
            return Path.of(name).toString();
        } catch (InvalidPathException e) {
            throw notPlain(name, e);
        }
    }

    private static IllegalArgumentException notPlain(String name, @Nullable Throwable cause) {
        String shown = name.replaceAll("\\p{Cntrl}", "?");
        return new IllegalArgumentException(
                "File name '" + shown + "' is not a plain name within its folder", cause);
    }
}
