package org.limelm.train.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.limelm.core.LimeException;
import org.limelm.core.io.IoErrors;

/**
 * Keeps a second process out of a run folder. The operating system releases the lock of a process
 * that dies, so nothing has to be cleaned up.
 */
public final class RunLock implements AutoCloseable {
    private static final String FILE = ".lock";

    private final FileChannel channel;

    private RunLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Does something while the folder is locked, see {@link #acquire}. */
    public static <T> T holding(Path folder, Supplier<T> body) {
        RunLock lock = acquire(folder);
        try {
            return body.get();
        } finally {
            lock.close();
        }
    }

    /**
     * Locks a folder.
     *
     * @throws LimeException if another process has locked it, or it cannot be written
     */
    static RunLock acquire(Path folder) {
        Path file = folder.resolve(FILE);
        try {
            FileChannel channel =
                    FileChannel.open(
                            file,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE);
            if (tryLock(channel) == null) {
                channel.close();
                throw new LimeException(
                        ("[%s] process %s is training in this folder. Hint: wait for it, stop it,"
                                        + " or choose another run.folder")
                                .formatted(folder, Files.readString(file).strip()));
            }
            channel.truncate(0);
            byte[] pid =
                    Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.UTF_8);
            channel.write(ByteBuffer.wrap(pid));
            return new RunLock(channel);
        } catch (IOException e) {
            throw IoErrors.cannotWrite(file, e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // this process holds it
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw IoErrors.cannotWrite(Path.of(FILE), e);
        }
    }
}
