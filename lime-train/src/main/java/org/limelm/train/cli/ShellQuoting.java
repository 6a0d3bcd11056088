package org.limelm.train.cli;

import java.nio.file.Path;
import java.util.regex.Pattern;

/** Text for a POSIX shell. */
final class ShellQuoting {
    private static final Pattern PLAIN = Pattern.compile("[\\w@%+=:,./-]+");

    private ShellQuoting() {}

    /** Returns a path as a command line must spell it: quoted if it has special characters. */
    static String quote(Path path) {
        String text = path.toString();
        return PLAIN.matcher(text).matches() ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}
