package org.limelm.annotate.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.limelm.core.LimeException;
import org.limelm.core.io.Json;
import org.limelm.core.io.Sha256;
import org.limelm.core.shard.ShardEntry;

/**
 * The record of a finished unit, written next to its shard after it: {@code shard-00012.done.json}.
 *
 * @param contentHash hash of the documents of the unit
 * @param shard the shard
 * @param words number of its linguistic tokens
 * @param leftOut number of documents that a filter left out after annotation; empty if none
 */
record FinishedUnit(String contentHash, ShardEntry shard, long words, Optional<Integer> leftOut) {
    /** Returns the file that holds the record of a shard. */
    static Path file(Path shard) {
        String name = String.valueOf(shard.getFileName());
        return shard.resolveSibling(name.replace(".safetensors", ".done.json"));
    }

    /**
     * Returns the record of a shard if it can be reused: it was made from the same documents, and
     * its files are intact.
     */
    static Optional<FinishedUnit> find(Path shard, String contentHash) {
        Path file = file(shard);
        if (!Files.exists(file) || !Files.exists(shard)) {
            return Optional.empty();
        }
        try {
            FinishedUnit finished = Json.read(file, FinishedUnit.class);
            Path documents = shard.resolveSibling(finished.shard.documentsFile());
            boolean whole =
                    finished.contentHash.equals(contentHash)
                            && Files.size(shard) == finished.shard.fileBytes()
                            && Sha256.ofFile(shard).equals(finished.shard.sha256())
                            && Files.exists(documents)
                            && Sha256.ofFile(documents).equals(finished.shard.documentsSha256());
            return whole ? Optional.of(finished) : Optional.empty();
        } catch (LimeException | IOException e) {
            return Optional.empty(); // a damaged record: the unit is annotated again
        }
    }

    /** Writes the record. */
    void write(Path shard) {
        Json.write(file(shard), this);
    }
}
