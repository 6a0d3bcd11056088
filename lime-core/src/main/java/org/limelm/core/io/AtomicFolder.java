package org.limelm.core.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.limelm.core.LimeException;

/**
 * Writes folders that appear complete or not at all.
 *
 * <p>The files are written into a temporary sibling {@code .NAME.<random>.tmp}, which is renamed
 * atomically. On any failure it is deleted.
 */
public final class AtomicFolder {
    private AtomicFolder() {}

    /**
     * Writes a new folder.
     *
     * @param target absent or an empty folder; its parents are created
     * @param body writes the files to the given temporary folder
     * @throws LimeException if the target exists and is not an empty folder, or the disk fails or
     *     is full
     */
    public static void write(Path target, IoConsumer<Path> body) {
        requireFree(target);
        Path absolute = target.toAbsolutePath();
        Path temporary =
                absolute.resolveSibling(
                        "." + absolute.getFileName() + "." + UUID.randomUUID() + ".tmp");
        try {
            Path parent = temporary.getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            try {
                Files.createDirectory(temporary);
                body.accept(temporary);
                sync(temporary);
                Files.deleteIfExists(absolute);
                Files.move(temporary, absolute, StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException | RuntimeException | Error e) {
                removeAfterFailure(temporary, e);
                throw e;
            }
            if (parent != null) {
                sync(parent);
            }
        } catch (IOException e) {
            throw IoErrors.cannotWrite(target, e);
        }
    }

    /**
     * Checks that a folder can be written.
     *
     * @throws LimeException if the target exists and is not an empty folder
     */
    public static void requireFree(Path target) {
        if (!Files.exists(target)) {
            return;
        }
        if (Files.isDirectory(target)) {
            try (DirectoryStream<Path> children = Files.newDirectoryStream(target)) {
                if (!children.iterator().hasNext()) {
                    return;
                }
            } catch (IOException e) {
                throw IoErrors.cannotRead(target, e);
            }
        }
        throw new LimeException(
                "["
                        + target
                        + "] already exists, expected a new or an empty folder. Hint: choose"
                        + " another name, or delete it");
    }

    /**
     * Deletes a folder after a failure; a further failure is attached to the first.
     *
     * @param failure the reason
     */
    public static void removeAfterFailure(Path folder, Throwable failure) {
        try {
            if (Files.exists(folder)) {
                delete(folder);
            }
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    /** Deletes a folder with its content; symbolic links are deleted, not followed. */
    public static void delete(Path folder) throws IOException {
        Files.walkFileTree(
                folder,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Files.delete(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(
                            Path visited, @Nullable IOException failure) throws IOException {
                        if (failure != null) {
                            throw failure;
                        }
                        Files.delete(visited);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    /** Syncs the entries of a folder to disk, so that renames survive a power failure. */
    public static void sync(Path folder) throws IOException {
        // Windows cannot open a folder as a file; its file systems journal the rename.
        if (!System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows")) {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }
}
