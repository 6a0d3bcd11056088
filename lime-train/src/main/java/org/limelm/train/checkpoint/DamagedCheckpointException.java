package org.limelm.train.checkpoint;

import org.limelm.core.LimeException;

/**
 * Thrown if the files of a checkpoint differ from what was written. An older checkpoint may be used
 * instead.
 */
public final class DamagedCheckpointException extends LimeException {
    DamagedCheckpointException(String message) {
        super(message);
    }

    DamagedCheckpointException(String message, Throwable cause) {
        super(message, cause);
    }
}
