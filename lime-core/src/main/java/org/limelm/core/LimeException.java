package org.limelm.core;

/**
 * Thrown for a problem that the user can fix: a file, a setting or a machine is not what LIME
 * needs.
 *
 * <p>The message must be complete: {@code [where] what happened, what was expected. Hint: …}.
 * Programs print it without a stack trace and exit with status 1. A bug in LIME itself is never a
 * {@code LimeException}.
 */
public class LimeException extends RuntimeException {
    /** Creates an exception with a complete message. */
    public LimeException(String message) {
        super(message);
    }

    /** Creates an exception with a complete message and a cause. */
    public LimeException(String message, Throwable cause) {
        super(message, cause);
    }
}
