package org.limelm.core;

/** A configuration or a command line that cannot be carried out: programs exit with status 2. */
public final class ConfigException extends LimeException {
    /** Creates one from its complete message. */
    public ConfigException(String message) {
        super(message);
    }

    /** Creates one from its complete message and what caused it. */
    public ConfigException(String message, Throwable cause) {
        super(message, cause);
    }
}
