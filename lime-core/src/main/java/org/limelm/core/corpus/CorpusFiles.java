package org.limelm.core.corpus;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.FileVisitor;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.limelm.core.LimeException;
import org.limelm.core.corpus.PassedOverFiles.Reason;
import org.limelm.core.io.FolderLock;
import org.limelm.core.io.IoErrors;

/**
 * The files of a corpus, in the order in which they are read.
 *
 * @param files without duplicates
 * @param passedOver the files and folders that were skipped
 */
record CorpusFiles(List<CorpusFile> files, List<PassedOverFiles> passedOver) {
    private static final String SUPPORTED =
            ".txt, .md, .jsonl, .ndjson, .json or .conllu, plain, .gz or .zst, or .parquet";

    /** Files that LIME writes into a shard or run folder, besides the lock. */
    private static final List<String> OWN_FILES = List.of("job.json", "config.yaml");

    /**
     * Lists files, the files that match patterns, and the files in folders recursively, sorted by
     * path. A file found twice is listed once. LIME's output folders, hidden files and folders,
     * files that are not regular and files of unsupported types are skipped.
     *
     * @throws LimeException if a path does not exist or has an unsupported type, a pattern matches
     *     no file, a folder cannot be read, symbolic links form a loop, or no file is found
     */
    static CorpusFiles list(List<Path> paths) {
        List<CorpusFile> files = new ArrayList<>();
        Set<Path> seen = new HashSet<>();
        PassedOver passedOver = new PassedOver();
        for (Path path : paths) {
            for (CorpusFile file : find(path, passedOver)) {
                if (seen.add(realPath(file.path()))) {
                    files.add(file);
                } else {
                    passedOver.add(file.path(), Reason.NAMED_TWICE);
                }
            }
        }
        if (files.isEmpty()) {
            throw new LimeException(
                    "[corpus] no files in "
                            + paths
                            + ", expected "
                            + SUPPORTED
                            + skipped(passedOver)
                            + ". Hint: is the path right?");
        }
        return new CorpusFiles(List.copyOf(files), passedOver.summary());
    }

    private static String skipped(PassedOver passedOver) {
        List<PassedOverFiles> others = passedOver.summary();
        return others.isEmpty() ? "" : "; skipped " + others;
    }

    private static List<CorpusFile> find(Path path, PassedOver passedOver) {
        Optional<PathPattern> pattern = PathPattern.of(path);
        if (pattern.isPresent()) {
            List<CorpusFile> matching =
                    search(new Search(pattern.get().base(), pattern, passedOver));
            if (matching.isEmpty()) {
                throw new LimeException(
                        "[%s] no corpus file matches the pattern, expected %s%s. Hint: is the path right? **/ matches any number of folders"
                                .formatted(path, SUPPORTED, skipped(passedOver)));
            }
            return matching;
        }
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            if (!attributes.isDirectory()) {
                return List.of(named(path, attributes));
            }
        } catch (IOException e) {
            throw IoErrors.cannotRead(path, e);
        }
        if (isOwnOutput(path)) {
            throw new LimeException(
                    "[%s] is an output folder of LIME, not a corpus. Hint: name the files of the corpus, or write shards and runs to separate folders"
                            .formatted(path));
        }
        return search(new Search(path, Optional.empty(), passedOver));
    }

    private static List<CorpusFile> search(Search search) {
        try {
            Files.walkFileTree(
                    search.root,
                    EnumSet.of(FileVisitOption.FOLLOW_LINKS),
                    Integer.MAX_VALUE,
                    search);
        } catch (IOException e) {
            throw IoErrors.cannotRead(search.at, e);
        }
        search.found.sort(Comparator.comparing(file -> file.path().toString()));
        return search.found;
    }

    /** Returns a file that the user named, and that must therefore be readable. */
    private static CorpusFile named(Path path, BasicFileAttributes attributes) {
        Optional<CorpusFile> file = CorpusFile.of(path, attributes.size());
        if (file.isEmpty()) {
            throw new LimeException(
                    "[%s] not a corpus file, expected %s. Hint: rename or convert it"
                            .formatted(path, SUPPORTED));
        }
        if (!attributes.isRegularFile()) {
            throw new LimeException(
                    "[%s] a pipe or device, expected a file because a corpus is read more than once. Hint: write it to a file first"
                            .formatted(path));
        }
        return file.get();
    }

    private static Path realPath(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            throw IoErrors.cannotRead(path, e);
        }
    }

    private static boolean isOwnOutput(Path folder) {
        return Files.exists(folder.resolve(FolderLock.FILE))
                && OWN_FILES.stream().anyMatch(name -> Files.exists(folder.resolve(name)));
    }

    /** Searches a folder recursively, for the files that match a pattern or for all. */
    private static final class Search implements FileVisitor<Path> {
        private final Path root;
        private final Optional<PathPattern> pattern;
        private final PassedOver passedOver;
        private final List<CorpusFile> found = new ArrayList<>();
        private Path at;

        Search(Path root, Optional<PathPattern> pattern, PassedOver passedOver) {
            this.root = root;
            this.pattern = pattern;
            this.passedOver = passedOver;
            this.at = root;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            at = folder;
            if (folder.equals(root)) {
                return FileVisitResult.CONTINUE;
            }
            if (isHidden(folder) && pattern.isPresent()) {
                return FileVisitResult.SKIP_SUBTREE;
            }
            if (isHidden(folder)) {
                return skip(folder, Reason.HIDDEN, FileVisitResult.SKIP_SUBTREE);
            }
            return isOwnOutput(folder)
                    ? skip(folder, Reason.OWN_OUTPUT, FileVisitResult.SKIP_SUBTREE)
                    : FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (pattern.isPresent() && !pattern.get().matches(file)) {
                return FileVisitResult.CONTINUE;
            }
            if (isHidden(file)) {
                return skip(file, Reason.HIDDEN, FileVisitResult.CONTINUE);
            }
            if (attributes.isSymbolicLink()) { // links are followed, so this one is dangling
                return skip(file, Reason.DANGLING_LINK, FileVisitResult.CONTINUE);
            }
            if (!attributes.isRegularFile()) {
                return skip(file, Reason.NOT_A_FILE, FileVisitResult.CONTINUE);
            }
            Optional<CorpusFile> known =
                    CorpusFile.isAmbiguous(file)
                                    && !pattern.map(PathPattern::includesJson).orElse(false)
                            ? Optional.empty()
                            : CorpusFile.of(file, attributes.size());
            if (known.isEmpty()) {
                return skip(file, Reason.OTHER_KIND, FileVisitResult.CONTINUE);
            }
            found.add(known.get());
            return FileVisitResult.CONTINUE;
        }

        /** Aborts the search: an unreadable folder may hide any part of the corpus. */
        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
            if (failure instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE; // deleted since its folder was listed
            }
            at = file;
            throw failure;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, IOException failure)
                throws IOException {
            if (failure != null) {
                at = folder;
                throw failure;
            }
            return FileVisitResult.CONTINUE;
        }

        private FileVisitResult skip(Path path, Reason reason, FileVisitResult then) {
            passedOver.add(path, reason);
            return then;
        }

        private static boolean isHidden(Path path) {
            return String.valueOf(path.getFileName()).startsWith(".");
        }
    }
}
