package org.limelm.train.checkpoint;

import org.limelm.core.LimeException;

/**
 * A checkpoint's files are not those that were written: an older checkpoint may be used instead.
 */
public final class DamagedCheckpointException extends LimeException {
    DamagedCheckpointException(String message) {
        super(message);
    }

    DamagedCheckpointException(String message, Throwable cause) {
        super(message, cause);
    }
}
