package org.limelm.annotate.pipeline;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import org.limelm.core.io.Json;
import org.limelm.core.io.Sha256;
import org.limelm.core.text.Document;
import org.limelm.core.text.DocumentFields;
import org.limelm.core.text.LabelledSpan;

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

    /** Returns the length of its texts, in UTF-16 code units. */
    long characters() {
        return documents.stream().mapToLong(document -> document.text().length()).sum();
    }

    /** Returns the unit in a form for other processes of the same version. */
    byte[] toBytes() {
        List<Sent> sent =
                documents.stream()
                        .map(
                                document ->
                                        new Sent(
                                                document.id(),
                                                document.text(),
                                                document.origin(),
                                                document.fields().values(),
                                                document.fields().spans()))
                        .toList();
        return Json.toLine(new SentUnit(number, sent)).getBytes(StandardCharsets.UTF_8);
    }

    /** Returns the unit of {@link #toBytes}. */
    static Unit fromBytes(byte[] bytes) {
        SentUnit sent =
                Json.parse(
                        new String(bytes, StandardCharsets.UTF_8),
                        SentUnit.class,
                        "annotation unit");
        return new Unit(
                sent.number,
                sent.documents.stream()
                        .map(
                                document ->
                                        new Document(
                                                document.id,
                                                document.text,
                                                document.origin,
                                                new DocumentFields(
                                                        document.values, document.spans)))
                        .toList());
    }

    /** A unit on its way to another process. */
    private record SentUnit(int number, List<Sent> documents) {}

    /** A document on its way to another process. */
    private record Sent(
            String id,
            String text,
            String origin,
            Map<String, String> values,
            Map<String, List<LabelledSpan>> spans) {}

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
