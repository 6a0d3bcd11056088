package org.limelm.train.overview;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.limelm.core.LimeException;
import org.limelm.core.io.IoErrors;
import org.limelm.train.record.RunFolder;

/** Finds run folders. */
public final class RunFinder {
    private RunFinder() {}

    /**
     * Returns the run folders below some folders, in alphabetical order per folder. A folder is
     * that of a run if it contains {@code history.jsonl}, {@code metrics.jsonl} or {@code
     * checkpoints}; the folders in it are not searched, and symbolic links in it are not followed.
     *
     * @param warnings receives a message for each folder that cannot be read
     * @throws LimeException if one of the folders does not exist
     */
    public static List<Path> below(List<Path> folders, Consumer<String> warnings) {
        List<Path> runs = new ArrayList<>();
        for (Path folder : folders) {
            if (!Files.isDirectory(folder)) {
                throw new LimeException(
                        "[%s] no such folder. Hint: give folders that contain runs, such as runs"
                                .formatted(folder));
            }
            List<Path> found = new ArrayList<>();
            try {
                if (isRun(folder)) {
                    found.add(folder); // even if it is a symbolic link
                } else {
                    Path real = folder.toRealPath();
                    List<Path> below = new ArrayList<>();
                    Files.walkFileTree(real, new Search(below, warnings));
                    below.forEach(run -> found.add(folder.resolve(real.relativize(run))));
                }
            } catch (IOException e) {
                throw IoErrors.cannotRead(folder, e);
            }
            found.stream().sorted().filter(run -> !runs.contains(run)).forEach(runs::add);
        }
        return List.copyOf(runs);
    }

    private static boolean isRun(Path folder) {
        RunFolder run = new RunFolder(folder);
        return Files.exists(run.history())
                || Files.exists(run.metrics())
                || Files.isDirectory(run.checkpoints());
    }

    private static final class Search extends SimpleFileVisitor<Path> {
        private final List<Path> found;
        private final Consumer<String> warnings;

        Search(List<Path> found, Consumer<String> warnings) {
            this.found = found;
            this.warnings = warnings;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            if (isRun(folder)) {
                found.add(folder);
                return FileVisitResult.SKIP_SUBTREE;
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException cause) {
            warnings.accept(String.valueOf(IoErrors.cannotRead(file, cause).getMessage()));
            return FileVisitResult.CONTINUE;
        }
    }
}
