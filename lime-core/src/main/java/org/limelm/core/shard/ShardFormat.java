package org.limelm.core.shard;

import java.nio.file.Path;
import org.limelm.core.LimeException;
import org.limelm.core.metadata.Feature;
import org.limelm.core.tensorfile.DType;

/** Names, versions and element types of the shard format, shared by its reader and writer. */
final class ShardFormat {
    /** Version of shards and manifests that this code writes, and the newest that it reads. */
    static final int VERSION = 1;

    static final String FORMAT_KEY = "format";
    static final String FORMAT = "lime-shard";
    static final String VERSION_KEY = "format_version";
    static final String SCHEMA_KEY = "schema_fingerprint";
    static final String VOCABULARY_KEY = "vocabulary_size";

    static final String TOKENS = "tokens";
    static final String BYTES = "bytes";
    static final String DOCUMENT_STARTS = "document_starts";

    static final String EXTENSION = ".safetensors";
    static final String DOCUMENTS_EXTENSION = ".documents.jsonl";

    /** Maximum size of a piece: the {@code bytes} column is U16. */
    static final int MAX_PIECE_BYTES = 0xFFFF;

    private ShardFormat() {}

    static String column(Feature feature) {
        return "meta." + feature.name();
    }

    static DType tokenType(int vocabularySize) {
        return vocabularySize <= 1 << 16 ? DType.U16 : DType.U32;
    }

    static DType tagType(Feature feature) {
        return feature.size() <= 1 << 8 ? DType.U8 : DType.U16;
    }

    static Path documentsFile(Path shard) {
        String name = String.valueOf(shard.getFileName());
        if (!name.endsWith(EXTENSION)) {
            throw new IllegalArgumentException(
                    "Shard name '" + name + "' must end in " + EXTENSION);
        }
        String stem = name.substring(0, name.length() - EXTENSION.length());
        return shard.resolveSibling(stem + DOCUMENTS_EXTENSION);
    }

    /** Rejects unknown versions. */
    static void requireKnownVersion(String where, int version) {
        if (version > VERSION) {
            throw new LimeException(
                    "[%s] format version %d is newer than %d, the newest that this LIME reads. Hint: update LIME"
                            .formatted(where, version, VERSION));
        }
        if (version < 1) {
            throw new LimeException(
                    "[%s] format version %d does not exist, expected 1 to %d. Hint: is the file damaged?"
                            .formatted(where, version, VERSION));
        }
    }
}
