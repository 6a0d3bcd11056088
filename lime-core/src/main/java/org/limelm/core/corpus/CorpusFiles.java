package org.limelm.core.corpus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.limelm.core.LimeException;
import org.limelm.core.io.IoErrors;

/** Finds the files of a corpus. */
final class CorpusFiles {
    private static final String SUPPORTED = ".txt or .jsonl, plain, .gz or .zst";

    private CorpusFiles() {}

    /**
     * Lists files, and the files in folders and their folders, sorted by path; hidden ones and
     * those of other kinds are passed over in folders. A file found twice is listed once.
     *
     * @throws LimeException if a path is absent or of another kind, links form a loop, or there is
     *     no file at all
     */
    static List<CorpusFile> list(List<Path> paths) {
        List<CorpusFile> files = new ArrayList<>();
        Set<Path> seen = new HashSet<>();
        for (Path path : paths) {
            if (!Files.exists(path)) {
                throw IoErrors.cannotRead(path, new NoSuchFileException(path.toString()));
            }
            try {
                for (Path file : Files.isDirectory(path) ? walk(path) : List.of(path)) {
                    if (!CorpusFile.isSupported(file)) {
                        throw new LimeException(
                                "[%s] not a corpus file, expected %s. Hint: rename or convert it"
                                        .formatted(file, SUPPORTED));
                    }
                    if (seen.add(file.toRealPath())) {
                        files.add(CorpusFile.of(file, Files.size(file)));
                    }
                }
            } catch (IOException e) {
                throw IoErrors.cannotRead(path, e);
            } catch (UncheckedIOException e) {
                throw IoErrors.cannotRead(path, Objects.requireNonNull(e.getCause()));
            }
        }
        if (files.isEmpty()) {
            throw new LimeException(
                    "[corpus] no files in %s, expected %s. Hint: is the path right?"
                            .formatted(paths, SUPPORTED));
        }
        return List.copyOf(files);
    }

    private static List<Path> walk(Path folder) throws IOException {
        try (Stream<Path> found = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
            return found.filter(CorpusFile::isSupported)
                    .filter(path -> !isHidden(folder.relativize(path)))
                    .filter(Files::isRegularFile)
                    .sorted(Comparator.comparing(Path::toString))
                    .toList();
        }
    }

    private static boolean isHidden(Path relative) {
        for (Path part : relative) {
            if (part.toString().startsWith(".")) {
                return true;
            }
        }
        return false;
    }
}
