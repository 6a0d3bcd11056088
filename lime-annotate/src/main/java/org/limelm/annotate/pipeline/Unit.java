package org.limelm.annotate.pipeline;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import org.limelm.core.io.Json;
import org.limelm.core.io.Sha256;
import org.limelm.core.text.Document;

/**
 * Consecutive documents that make one shard.
 *
 * @param number position among the units of the corpus, from 0
 * @param documents at least one
 */
record Unit(int number, List<Document> documents) {
    Unit {
        documents = List.copyOf(documents);
    }

    /** Returns a SHA-256 of the documents' ids, texts and fields. */
    String contentHash() {
        MessageDigest digest = Sha256.newDigest();
        for (Document document : documents) {
            digest.update(document.id().getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
            digest.update(document.text().getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
            if (!document.fields().isEmpty()) {
                digest.update(Json.toLine(document.fields()).getBytes(StandardCharsets.UTF_8));
                digest.update((byte) 0);
            }
        }
        return Sha256.hex(digest);
    }
}
