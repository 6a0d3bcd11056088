package org.limelm.core.corpus;

/**
 * A record that was not read.
 *
 * @param origin where it stands: {@code file:line}, or the file if that is one record
 * @param reason why
 * @param detail what exactly, in a few words; may be empty; never the text itself
 */
public record QuarantinedRecord(String origin, QuarantineReason reason, String detail) {
    @Override
    public String toString() {
        return origin + " " + reason.label() + (detail.isEmpty() ? "" : " (" + detail + ")");
    }
}
