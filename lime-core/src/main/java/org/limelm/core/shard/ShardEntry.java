package org.limelm.core.shard;

import org.limelm.core.io.PlainName;

/**
 * The entry of a finished shard in the manifest.
 *
 * @param file name of the shard, within the manifest's folder
 * @param fileBytes its size in bytes
 * @param sha256 its hash
 * @param documentsFile name of the list of its documents, within the same folder
 * @param documentsSha256 hash of that list
 * @param documents number of its documents
 * @param tokens number of its subword pieces
 * @param bytes UTF-8 bytes of text that they cover
 */
public record ShardEntry(
        String file,
        long fileBytes,
        String sha256,
        String documentsFile,
        String documentsSha256,
        long documents,
        long tokens,
        long bytes) {
    /**
     * Checks names and counts.
     *
     * @throws IllegalArgumentException if a name leaves the folder or a count is negative
     */
    public ShardEntry {
        PlainName.require(file);
        PlainName.require(documentsFile);
        if (fileBytes < 0 || documents < 0 || tokens < 0 || bytes < 0) {
            throw new IllegalArgumentException("[" + file + "] a count is negative");
        }
    }
}
