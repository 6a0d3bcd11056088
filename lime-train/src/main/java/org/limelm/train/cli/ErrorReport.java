package org.limelm.train.cli;

import ai.djl.engine.EngineException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;
import java.util.Optional;
import org.limelm.core.ConfigException;
import org.limelm.core.LimeException;
import org.limelm.core.io.NativeFailure;

/**
 * The report of an error on the command line: one message if the user can fix it, and a stack trace
 * on request if only a developer can.
 *
 * @param message the message
 * @param exitStatus 1 for a failure, 2 for wrong usage or configuration
 * @param internal whether this is a bug in LIME rather than a problem of its input
 * @param error the error thrown
 */
record ErrorReport(String message, int exitStatus, boolean internal, Throwable error) {
    /**
     * The report as a JSON document.
     *
     * @param error the message and the exit status
     */
    record Document(Content error) {
        /**
         * An error.
         *
         * @param message the message
         * @param status the exit status
         */
        record Content(String message, int status) {}

        static Document of(String message, int status) {
            return new Document(new Content(message, status));
        }
    }

    static ErrorReport of(Throwable error) {
        Throwable cause =
                error instanceof UncheckedIOException unchecked
                        ? Objects.requireNonNull(unchecked.getCause())
                        : error;
        if (cause instanceof ConfigException) {
            return new ErrorReport(text(cause), Lime.WRONG_USAGE, false, error);
        }
        if (cause instanceof LimeException) {
            return new ErrorReport(text(cause), Lime.FAILED, false, error);
        }
        if (cause instanceof IOException io) {
            return new ErrorReport(ioMessage(io), Lime.FAILED, false, error);
        }
        if (cause instanceof OutOfMemoryError) {
            return new ErrorReport(
                    "out of Java memory: "
                            + text(cause)
                            + ". Hint: set LIME_JAVA_OPTS=-Xmx8g or use fewer threads",
                    Lime.FAILED,
                    false,
                    error);
        }
        if (cause instanceof StackOverflowError) {
            return new ErrorReport(
                    "the Java stack is exhausted. Hint: set LIME_JAVA_OPTS=-Xss16m",
                    Lime.FAILED,
                    false,
                    error);
        }
        if (cause instanceof IncompatibleClassChangeError
                || cause.getCause() instanceof ClassNotFoundException) {
            return new ErrorReport(
                    "the libraries on the class path do not fit together: "
                            + text(cause)
                            + ". Hint: use the versions that LIME was built with",
                    Lime.FAILED,
                    false,
                    error);
        }
        Optional<LimeException> ofNative =
                cause instanceof LinkageError || cause instanceof EngineException
                        ? NativeFailure.explain(cause)
                        : Optional.empty();
        if (ofNative.isPresent()) {
            return new ErrorReport(text(ofNative.get()), Lime.FAILED, false, error);
        }
        return new ErrorReport(
                cause.getClass().getSimpleName() + ": " + text(cause), Lime.FAILED, true, error);
    }

    /** Prints the error and returns the exit status. */
    int print(PrintWriter err, boolean verbose) {
        err.println("lime: " + message);
        if (verbose) {
            error.printStackTrace(err);
        } else if (internal) {
            err.println("This is probably a bug in LIME. --verbose prints the stack trace.");
        }
        err.flush();
        return exitStatus;
    }

    private static String ioMessage(IOException error) {
        if (error instanceof NoSuchFileException || error instanceof FileNotFoundException) {
            return "no such file: " + text(error);
        }
        if (error instanceof AccessDeniedException) {
            return "permission denied: " + text(error);
        }
        if (error instanceof FileSystemException) {
            return text(error);
        }
        return "I/O error: " + text(error);
    }

    private static String text(Throwable error) {
        String message = error.getMessage();
        return message == null ? error.getClass().getSimpleName() : message;
    }
}
