package org.limelm.core.shard;

/**
 * Identifies a document of a shard.
 *
 * @param id its id in the corpus
 * @param origin where it was read: {@code file:line}
 */
public record DocumentName(String id, String origin) {
    @Override
    public String toString() {
        return id + " (" + origin + ")";
    }
}
