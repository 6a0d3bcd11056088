package org.limelm.core.io;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * Writes files atomically: at any time, a file is absent, has its old content, or has its complete
 * new content.
 *
 * <p>The protocol: create a temporary sibling {@code .NAME.<random>.tmp}; write it; sync it to
 * disk; rename it over the target atomically; sync the folder, so that the rename survives a power
 * failure. On any failure before the rename, the temporary file is deleted and the target is
 * unchanged. A temporary file remains only if the process dies in between; {@link #removeLeftovers}
 * deletes it.
 */
public final class AtomicFile {
    private static final int BUFFER_BYTES = 1 << 16;
    private static final String SUFFIX = ".tmp";
    private static final int RANDOM_CHARS = 36; // a UUID

    private AtomicFile() {}

    /**
     * Writes a file through a buffered stream. The stream need not be closed or flushed.
     *
     * @throws org.limelm.core.LimeException if the disk fails or is full, or the folder does not
     *     exist
     */
    public static void write(Path target, IoConsumer<OutputStream> body) {
        writeChannel(
                target,
                channel -> {
                    OutputStream out =
                            new BufferedOutputStream(
                                    Channels.newOutputStream(channel), BUFFER_BYTES);
                    body.accept(out);
                    out.flush();
                });
    }

    /**
     * Writes a file through a channel, which is positioned at 0 and must not be closed.
     *
     * @throws org.limelm.core.LimeException if the disk fails or is full, or the folder does not
     *     exist
     */
    public static void writeChannel(Path target, IoConsumer<FileChannel> body) {
        try {
            write(target, body, Steps.ON_DISK);
        } catch (IOException e) {
            throw IoErrors.cannotWrite(target, e);
        }
    }

    /**
     * Writes a string in UTF-8.
     *
     * @throws org.limelm.core.LimeException if the disk fails or is full, or the folder does not
     *     exist
     */
    public static void writeString(Path target, String content) {
        write(target, out -> out.write(content.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * Deletes the temporary files that killed processes left in a folder. Call only while no other
     * process writes there.
     *
     * @return the number of files deleted
     * @throws org.limelm.core.LimeException if the folder cannot be read or a file cannot be
     *     deleted
     */
    public static int removeLeftovers(Path folder) {
        return removeLeftovers(folder, path -> true);
    }

    /**
     * Deletes the temporary files that killed processes left for one target. Call only while no
     * other process writes the same file.
     *
     * @return the number of files deleted; 0 if the folder does not exist
     * @throws org.limelm.core.LimeException if the folder cannot be read or a file cannot be
     *     deleted
     */
    public static int removeLeftoversOf(Path target) {
        Path folder = target.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            return 0;
        }
        String prefix = "." + target.getFileName() + ".";
        return removeLeftovers(
                folder,
                path -> {
                    String name = String.valueOf(path.getFileName());
                    return name.startsWith(prefix)
                            && name.length() == prefix.length() + RANDOM_CHARS + SUFFIX.length();
                });
    }

    private static int removeLeftovers(Path folder, Predicate<Path> which) {
        int removed = 0;
        try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(folder, ".*" + SUFFIX)) {
            for (Path leftover : leftovers) {
                if (which.test(leftover)) {
                    Files.deleteIfExists(leftover);
                    removed++;
                }
            }
        } catch (IOException e) {
            throw IoErrors.cannotWrite(folder, e);
        }
        return removed;
    }

    /** Runs the protocol with the given file operations, which tests make fail one by one. */
    static void write(Path target, IoConsumer<FileChannel> body, Steps steps) throws IOException {
        Path folder = target.toAbsolutePath().getParent();
        if (folder == null) {
            throw new IOException("a file system root is not a file");
        }
        Path temporary =
                folder.resolve("." + target.getFileName() + "." + UUID.randomUUID() + SUFFIX);
        try {
            try (FileChannel channel = steps.create(temporary)) {
                body.accept(channel);
                steps.sync(channel);
            }
            steps.rename(temporary, target);
        } catch (Throwable failure) {
            try {
                steps.delete(temporary);
            } catch (IOException e) {
                failure.addSuppressed(e);
            }
            throw failure;
        }
        steps.syncFolder(folder);
    }

    /** The file operations of the protocol. */
    interface Steps {
        Steps ON_DISK = new Steps() {};

        default FileChannel create(Path temporary) throws IOException {
            return FileChannel.open(
                    temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        }

        default void sync(FileChannel channel) throws IOException {
            channel.force(true);
        }

        default void rename(Path temporary, Path target) throws IOException {
            Files.move(
                    temporary,
                    target,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        }

        default void delete(Path temporary) throws IOException {
            Files.deleteIfExists(temporary);
        }

        default void syncFolder(Path folder) throws IOException {
            AtomicFolder.sync(folder);
        }
    }
}
