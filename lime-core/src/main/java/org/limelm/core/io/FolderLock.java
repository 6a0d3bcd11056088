package org.limelm.core.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.limelm.core.LimeException;

/**
 * An exclusive lock on a folder, held against other processes and within this one. The operating
 * system releases the lock of a process that dies, so no cleanup is needed.
 *
 * <p>The locked file is {@code .lock}, which contains the process id. A POSIX lock belongs to the
 * process, and closing any channel to the file releases it, so a second attempt in the same process
 * must not even open the file. The folders held are therefore recorded in a static set, which has
 * the scope of the locks themselves.
 */
public final class FolderLock implements AutoCloseable {
    /** Name of the file that is locked. */
    public static final String FILE = ".lock";

    private static final Set<Object> HELD_BY_THIS_PROCESS = ConcurrentHashMap.newKeySet();

    private static final int MAX_ID_BYTES = 32;

    private static final long POLL_MILLIS = 1_000;

    private final Path folder;
    private final Object key;
    private final FileChannel channel;

    private FolderLock(Path folder, Object key, FileChannel channel) {
        this.folder = folder;
        this.key = key;
        this.channel = channel;
    }

    /**
     * Locks a folder; returns empty if it is already locked.
     *
     * @throws LimeException if the folder does not exist or cannot be written
     */
    public static Optional<FolderLock> tryAcquire(Path folder) {
        Path file = folder.resolve(FILE);
        try {
            Object key = keyOf(folder);
            if (!HELD_BY_THIS_PROCESS.add(key)) {
                return Optional.empty();
            }
            Optional<FolderLock> lock = Optional.empty();
            try {
                lock = lock(folder, key, file);
            } finally {
                if (lock.isEmpty()) {
                    HELD_BY_THIS_PROCESS.remove(key);
                }
            }
            return lock;
        } catch (IOException e) {
            throw IoErrors.cannotWrite(file, e);
        }
    }

    /**
     * Locks a folder, waiting until it is free.
     *
     * @param waiting receives the id of the process that holds the lock, once per second
     * @throws LimeException if the folder is absent or cannot be written, or the thread is
     *     interrupted
     */
    public static FolderLock await(Path folder, Consumer<String> waiting) {
        Optional<FolderLock> lock = tryAcquire(folder);
        while (lock.isEmpty()) {
            waiting.accept(holder(folder));
            try {
                Thread.sleep(POLL_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new LimeException("[" + folder + "] interrupted while waiting for it", e);
            }
            lock = tryAcquire(folder);
        }
        return lock.orElseThrow();
    }

    private static Optional<FolderLock> lock(Path folder, Object key, Path file)
            throws IOException {
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        Optional<FolderLock> lock = Optional.empty();
        try {
            if (channel.tryLock() != null) {
                String id = Long.toString(ProcessHandle.current().pid());
                channel.truncate(0);
                channel.write(ByteBuffer.wrap(id.getBytes(StandardCharsets.UTF_8)));
                lock = Optional.of(new FolderLock(folder, key, channel));
            }
        } finally {
            if (lock.isEmpty()) {
                channel.close();
            }
        }
        return lock;
    }

    /**
     * Returns whether a folder is locked, by this process or another one. Changes nothing; a
     * process that locks the folder at the same instant may find it locked.
     *
     * @return false if the folder or its lock file does not exist or cannot be read
     */
    public static boolean isHeld(Path folder) {
        try {
            if (HELD_BY_THIS_PROCESS.contains(keyOf(folder))) {
                return true; // opening and closing the file would release the lock
            }
            try (FileChannel channel =
                            FileChannel.open(folder.resolve(FILE), StandardOpenOption.READ);
                    FileLock lock = channel.tryLock(0, Long.MAX_VALUE, true)) {
                return lock == null;
            }
        } catch (IOException e) {
            return false;
        }
    }

    /** Returns a key that is equal for all paths to the same folder. */
    private static Object keyOf(Path folder) throws IOException {
        Object key = Files.readAttributes(folder, BasicFileAttributes.class).fileKey();
        return Objects.requireNonNullElse(key, folder.toRealPath());
    }

    /** Returns the id of the process that holds a folder, for messages. */
    public static String holder(Path folder) {
        try {
            if (HELD_BY_THIS_PROCESS.contains(keyOf(folder))) {
                return Long.toString(ProcessHandle.current().pid());
            }
            String id = InputFile.readString(folder.resolve(FILE), MAX_ID_BYTES).strip();
            return id.isEmpty() ? "unknown" : id;
        } catch (IOException | LimeException e) {
            return "unknown";
        }
    }

    /** Returns the folder. */
    public Path folder() {
        return folder;
    }

    /** Releases the lock. */
    @Override
    public void close() {
        try {
            if (channel.isOpen()) {
                channel.close();
                HELD_BY_THIS_PROCESS.remove(key);
            }
        } catch (IOException e) {
            throw IoErrors.cannotWrite(folder.resolve(FILE), e);
        }
    }
}
