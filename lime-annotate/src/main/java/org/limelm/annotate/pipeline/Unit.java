package org.limelm.annotate.pipeline;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import org.limelm.core.LimeException;
import org.limelm.core.io.Json;
import org.limelm.core.io.Sha256;
import org.limelm.core.text.Document;

/**
 * Consecutive documents that make one shard.
 *
 * @param number position among the units of the corpus, from 0
 * @param documents at least one
 */
record Unit(int number, List<Document> documents) implements Serializable {
    Unit {
        documents = List.copyOf(documents);
    }

    /** Returns the length of its texts, in UTF-16 code units. */
    long characters() {
        return documents.stream().mapToLong(document -> document.text().length()).sum();
    }

    /** Returns the unit in a form for other processes of the same version. */
    byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(this);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail
        }
        return bytes.toByteArray();
    }

    /**
     * Returns the unit of {@link #toBytes}.
     *
     * @throws LimeException if another version of LIME wrote it
     */
    static Unit fromBytes(byte[] bytes) {
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
            return (Unit) in.readObject();
        } catch (IOException | ClassNotFoundException | ClassCastException e) {
            throw new LimeException(
                    "[annotate] a unit cannot be read: "
                            + e
                            + ". Hint: do all processes of the job run the same version of LIME?",
                    e);
        }
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
