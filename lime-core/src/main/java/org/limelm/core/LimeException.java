package org.limelm.core;

/**
 * Something a user can mend: a file, a setting or a machine is not what LIME needs.
 *
 * <p>The message alone must do: {@code [where] what happened, what was expected. Hint: …}. Programs
 * print it without a trace and exit with status 1. A defect of LIME itself is never a {@code
 * LimeException}.
 */
public class LimeException extends RuntimeException {
    /** Creates one from its complete message. */
    public LimeException(String message) {
        super(message);
    }

    /** Creates one from its complete message and what caused it. */
    public LimeException(String message, Throwable cause) {
        super(message, cause);
    }
}
