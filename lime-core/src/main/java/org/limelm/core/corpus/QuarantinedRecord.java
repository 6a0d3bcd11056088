package org.limelm.core.corpus;

/**
 * A rejected record of a corpus.
 *
 * @param origin its location: {@code file:line}, or the file if that is a single record
 * @param reason why it was rejected
 * @param detail a short description; may be empty; never the text itself
 */
public record QuarantinedRecord(String origin, QuarantineReason reason, String detail) {
    @Override
    public String toString() {
        return origin + " " + reason.label() + (detail.isEmpty() ? "" : " (" + detail + ")");
    }
}
