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
 * @param files each once
 * @param passedOver what else the folders hold
 */
record CorpusFiles(List<CorpusFile> files, List<PassedOverFiles> passedOver) {
    private static final String SUPPORTED =
            ".txt, .md, .jsonl, .ndjson or .json, plain, .gz or .zst";

    /** What LIME writes into a folder of shards or of a run beside the lock. */
    private static final List<String> OWN_FILES = List.of("job.json", "config.yaml");

    /**
     * Lists files, and the files in folders and their folders, sorted by path. A file found twice
     * is listed once. Folders into which LIME writes are left out, and so is what is hidden, no
     * regular file, or of another kind.
     *
     * @throws LimeException if a path is absent or of another kind, a folder cannot be read, links
     *     form a loop, or there is no file at all
     */
    static CorpusFiles list(List<Path> paths) {
        List<CorpusFile> files = new ArrayList<>();
        Set<Path> seen = new HashSet<>();
        PassedOver passedOver = new PassedOver();
        for (Path path : paths) {
            for (CorpusFile file : find(path, passedOver)) {
                if (seen.add(realPath(file.path()))) {
                    files.add(file);
                }
            }
        }
        if (files.isEmpty()) {
            List<PassedOverFiles> others = passedOver.summary();
            throw new LimeException(
                    "[corpus] no files in "
                            + paths
                            + ", expected "
                            + SUPPORTED
                            + (others.isEmpty() ? "" : "; passed over " + others)
                            + ". Hint: is the path right?");
        }
        return new CorpusFiles(List.copyOf(files), passedOver.summary());
    }

    private static List<CorpusFile> find(Path path, PassedOver passedOver) {
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
                    "[%s] holds what LIME wrote, not a corpus. Hint: name the files of the corpus, or give shards and runs folders of their own"
                            .formatted(path));
        }
        Search search = new Search(path, passedOver);
        try {
            Files.walkFileTree(
                    path, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, search);
        } catch (IOException e) {
            throw IoErrors.cannotRead(search.at, e);
        }
        search.found.sort(Comparator.comparing(file -> file.path().toString()));
        return search.found;
    }

    /** Returns a file that the user named, which therefore must be readable. */
    private static CorpusFile named(Path path, BasicFileAttributes attributes) {
        Optional<CorpusFile> file = CorpusFile.of(path, attributes.size());
        if (file.isEmpty()) {
            throw new LimeException(
                    "[%s] not a corpus file, expected %s. Hint: rename or convert it"
                            .formatted(path, SUPPORTED));
        }
        if (!attributes.isRegularFile()) {
            throw new LimeException(
                    "[%s] a pipe or device, expected a file: a corpus is read more than once. Hint: write it into a file first"
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

    /** Looks through a folder and the folders in it. */
    private static final class Search implements FileVisitor<Path> {
        private final Path root;
        private final PassedOver passedOver;
        private final List<CorpusFile> found = new ArrayList<>();
        private Path at;

        Search(Path root, PassedOver passedOver) {
            this.root = root;
            this.passedOver = passedOver;
            this.at = root;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            at = folder;
            if (folder.equals(root)) {
                return FileVisitResult.CONTINUE;
            }
            if (isHidden(folder)) {
                return passOver(folder, Reason.HIDDEN, FileVisitResult.SKIP_SUBTREE);
            }
            return isOwnOutput(folder)
                    ? passOver(folder, Reason.OWN_OUTPUT, FileVisitResult.SKIP_SUBTREE)
                    : FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (isHidden(file)) {
                return passOver(file, Reason.HIDDEN, FileVisitResult.CONTINUE);
            }
            if (attributes.isSymbolicLink()) { // links are followed, where they lead anywhere
                return passOver(file, Reason.DANGLING_LINK, FileVisitResult.CONTINUE);
            }
            if (!attributes.isRegularFile()) {
                return passOver(file, Reason.NOT_A_FILE, FileVisitResult.CONTINUE);
            }
            Optional<CorpusFile> known =
                    CorpusFile.isDoubtful(file)
                            ? Optional.empty()
                            : CorpusFile.of(file, attributes.size());
            if (known.isEmpty()) {
                return passOver(file, Reason.OTHER_KIND, FileVisitResult.CONTINUE);
            }
            found.add(known.get());
            return FileVisitResult.CONTINUE;
        }

        /** Ends the search: nobody knows how much of the corpus an unreadable folder hides. */
        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
            if (failure instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE; // gone since its folder was listed
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

        private FileVisitResult passOver(Path path, Reason reason, FileVisitResult then) {
            passedOver.add(path, reason);
            return then;
        }

        private static boolean isHidden(Path path) {
            return String.valueOf(path.getFileName()).startsWith(".");
        }
    }
}
