package org.limelm.core.io;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.limelm.core.LimeException;

/**
 * Explains failures to unpack or load a native library, which libraries report as an {@link Error}
 * or as an exception far from the cause.
 */
public final class NativeFailure {
    private NativeFailure() {}

    /**
     * Returns the exception to throw if an error means that a native library could not be unpacked
     * or loaded.
     *
     * @param error an error of a library with native code
     */
    public static Optional<LimeException> explain(Throwable error) {
        Throwable root = rootOf(error);
        return isOfLoading(error, root)
                ? Optional.of(new LimeException(message(root), error))
                : Optional.empty();
    }

    /**
     * Returns the exception to throw for a native library that could not be loaded from a folder,
     * where its error does not say why: the reason is that the folder cannot be written, if so.
     *
     * @param folder folder into which the library is unpacked
     */
    public static LimeException explain(Throwable error, Path folder) {
        try {
            Files.createDirectories(folder);
            Files.delete(Files.createTempFile(folder, "probe", ""));
            return new LimeException(message(rootOf(error)), error);
        } catch (IOException e) {
            return new LimeException(message(e), error);
        }
    }

    private static boolean isOfLoading(Throwable error, Throwable root) {
        if (error instanceof LimeException
                || root instanceof IncompatibleClassChangeError
                || root instanceof ClassNotFoundException) {
            return false; // a known cause, or a class path that does not fit
        }
        return error instanceof LinkageError
                || root instanceof LinkageError
                || (error instanceof RuntimeException && root instanceof IOException);
    }

    private static String message(Throwable root) {
        return "[native library] cannot be unpacked or loaded: "
                + reason(root)
                + ". Hint: DJL_CACHE_DIR must be a writable folder, and so must java.io.tmpdir (set"
                + " LIME_JAVA_OPTS=-Djava.io.tmpdir=FOLDER); neither may be mounted noexec";
    }

    private static String reason(Throwable root) {
        if (root instanceof FileSystemException file) {
            return file.getFile() + ": " + IoErrors.reason(file);
        }
        String message = root.getMessage();
        return message == null ? root.getClass().getSimpleName() : message;
    }

    private static Throwable rootOf(Throwable error) {
        Throwable root = error;
        for (int depth = 0; root.getCause() != null && depth < 50; depth++) {
            root = root.getCause();
        }
        return root;
    }
}
