package org.limelm.train.checkpoint;

import java.nio.file.Path;
import java.util.function.Supplier;
import org.limelm.core.LimeException;
import org.limelm.core.io.FolderLock;

/** Prevents two runs from using the same run folder, in this or another process. */
public final class RunLock {
    private RunLock() {}

    /** Runs an action while the folder is locked, see {@link #acquire}. */
    public static <T> T holding(Path folder, Supplier<T> action) {
        FolderLock lock = acquire(folder);
        try {
            return action.get();
        } finally {
            lock.close();
        }
    }

    /**
     * Locks a folder.
     *
     * @throws LimeException if the folder is locked by another run or is not writable
     */
    static FolderLock acquire(Path folder) {
        return FolderLock.tryAcquire(folder)
                .orElseThrow(
                        () ->
                                new LimeException(
                                        "[%s] process %s is training in this folder. Hint: wait for it, stop it, or choose another run.folder"
                                                .formatted(folder, FolderLock.holder(folder))));
    }
}
