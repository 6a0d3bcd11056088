package org.limelm.train.checkpoint;

import java.nio.file.Path;
import java.util.function.Supplier;
import org.limelm.core.LimeException;
import org.limelm.core.io.FolderLock;

/** Keeps a second run out of a run folder, in another process as in this one. */
public final class RunLock {
    private RunLock() {}

    /** Does something while the folder is locked, see {@link #acquire}. */
    public static <T> T holding(Path folder, Supplier<T> body) {
        FolderLock lock = acquire(folder);
        try {
            return body.get();
        } finally {
            lock.close();
        }
    }

    /**
     * Locks a folder.
     *
     * @throws LimeException if another run has locked it, or it cannot be written
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
