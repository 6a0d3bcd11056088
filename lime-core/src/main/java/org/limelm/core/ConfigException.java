package org.limelm.core;

/** Thrown for an invalid configuration or command line; programs then exit with status 2. */
public final class ConfigException extends LimeException {
    /** Creates an exception with a complete message. */
    public ConfigException(String message) {
        super(message);
    }

    /** Creates an exception with a complete message and a cause. */
    public ConfigException(String message, Throwable cause) {
        super(message, cause);
    }
}
