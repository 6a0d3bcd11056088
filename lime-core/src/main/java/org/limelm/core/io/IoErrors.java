package org.limelm.core.io;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Objects;
import org.limelm.core.LimeException;

/** Converts the platform's I/O exceptions to messages that name the file and say what to do. */
public final class IoErrors {
    private IoErrors() {}

    /** Returns the exception for a file that could not be read. */
    public static LimeException cannotRead(Path path, IOException cause) {
        String hint =
                cause instanceof NoSuchFileException
                        ? " Hint: is the path right, and was the previous step run?"
                        : "";
        return new LimeException(
                "[" + path + "] cannot be read: " + reason(cause) + "." + hint, cause);
    }

    /** Returns the exception for a file or folder that could not be written. */
    public static LimeException cannotWrite(Path path, IOException cause) {
        return new LimeException(
                "["
                        + path
                        + "] cannot be written: "
                        + reason(cause)
                        + ". Hint: check that its folder exists, is writable and has free space",
                cause);
    }

    /** Returns a short reason, without the path. */
    public static String reason(IOException cause) {
        if (cause instanceof NoSuchFileException) {
            return "no such file or folder";
        }
        if (cause instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (cause instanceof FileAlreadyExistsException) {
            return "already exists";
        }
        if (cause instanceof NotDirectoryException) {
            return "not a folder";
        }
        if (cause instanceof FileSystemLoopException) {
            return "its symbolic links form a loop";
        }
        if (cause instanceof CharacterCodingException) {
            return "not valid UTF-8";
        }
        String message =
                cause instanceof FileSystemException fileSystem
                        ? fileSystem.getReason()
                        : cause.getMessage();
        return Objects.requireNonNullElse(message, cause.getClass().getSimpleName());
    }
}
