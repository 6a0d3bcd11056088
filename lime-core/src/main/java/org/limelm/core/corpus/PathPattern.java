package org.limelm.core.corpus;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.Optional;
import java.util.regex.PatternSyntaxException;
import org.limelm.core.LimeException;

/**
 * A glob pattern such as {@code corpus/**}{@code /*.parquet}: {@code *} and {@code ?} match within
 * a name, {@code **}{@code /} any number of folders, none included, {@code [a-c]} one character,
 * {@code {a,b}} either text.
 *
 * @param base the folder to search: the pattern up to the first name with a wildcard
 * @param matcher matches paths within the folder
 * @param includesJson whether the pattern asks for plain {@code .json} files
 */
record PathPattern(Path base, PathMatcher matcher, boolean includesJson) {
    private static final String WILDCARDS = "*?[{";

    /**
     * Returns the pattern that a path is; empty if it exists as it is written, or has no wildcard.
     *
     * @throws LimeException if the pattern is malformed
     */
    static Optional<PathPattern> of(Path path) {
        if (Files.exists(path) || !hasWildcard(path)) {
            return Optional.empty();
        }
        int first = 0;
        while (!hasWildcard(path.getName(first))) {
            first++;
        }
        Path root = path.getRoot();
        Path base = root == null ? Path.of("") : root;
        for (int i = 0; i < first; i++) {
            base = base.resolve(path.getName(i));
        }
        String names = path.subpath(first, path.getNameCount()).toString().replace("**/", "{**/,}");
        try {
            PathMatcher matcher = path.getFileSystem().getPathMatcher("glob:" + names);
            return Optional.of(new PathPattern(base, matcher, names.endsWith(".json")));
        } catch (PatternSyntaxException e) {
            throw new LimeException(
                    "[%s] not a pattern: %s. Hint: * and ? match within a name, **/ any folders, [a-c] and {a,b} choices"
                            .formatted(path, e.getDescription()),
                    e);
        }
    }

    /** Returns whether a path below the base, or a folder that contains it, matches. */
    boolean matches(Path path) {
        Path within = base.toString().isEmpty() ? path : base.relativize(path);
        for (int names = 1; names <= within.getNameCount(); names++) {
            if (matcher.matches(within.subpath(0, names))) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasWildcard(Path path) {
        return path.toString().chars().anyMatch(c -> WILDCARDS.indexOf(c) >= 0);
    }
}
