package org.limelm.core.shard;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.limelm.core.LimeException;
import org.limelm.core.io.IoErrors;
import org.limelm.core.io.Json;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.core.tensorfile.SafetensorsFile;

/**
 * A memory-mapped file of prepared documents.
 *
 * <p>A shard is a safetensors file of n pieces in d documents, with these tensors:
 *
 * <ul>
 *   <li>{@code document_starts}: I64, [d + 1]: first piece of each document, then n
 *   <li>{@code tokens}: [n], subword ids; U16 if the vocabulary has at most 65,536 of them, else
 *       U32
 *   <li>{@code bytes}: U16, [n], UTF-8 bytes of text that each piece covers
 *   <li>{@code meta.<feature>}, one per feature: [n], tag ids; U8 if the feature has at most 256
 *       tags, else U16
 * </ul>
 *
 * <p>and the metadata {@code format} = {@code lime-shard}, {@code format_version}, {@code
 * schema_fingerprint}, {@code vocabulary_size}. The file {@code NAME.documents.jsonl} next to
 * {@code NAME.safetensors} lists the id and origin of each document, one per line.
 */
public final class Shard implements PieceColumns, AutoCloseable {
    private static final int VERIFY_CHUNK = 1 << 16;

    private final SafetensorsFile file;
    private final ShardColumns columns;

    private Shard(SafetensorsFile file, ShardColumns columns) {
        this.file = file;
        this.columns = columns;
    }

    /**
     * Opens a shard and checks everything except the values of its columns, which are checked as
     * they are read, or all at once by {@link #verify}.
     *
     * @param schema the schema that it was written with
     * @param vocabularySize the size of the vocabulary that it was written with
     * @throws LimeException if it is damaged, or was written with another schema or vocabulary
     */
    public static Shard open(Path path, MetadataSchema schema, int vocabularySize) {
        SafetensorsFile file = SafetensorsFile.open(path);
        return new Shard(file, ShardColumns.of(file, schema, vocabularySize));
    }

    /** Returns the shard's path. */
    public Path path() {
        return file.path();
    }

    @Override
    public long tokenCount() {
        return documentStart(documentCount());
    }

    /** Returns the number of documents. */
    public int documentCount() {
        return columns.documentStarts().limit() - 1;
    }

    /**
     * Returns the first piece of a document, or the number of pieces for the document after the
     * last.
     */
    public long documentStart(int document) {
        return columns.documentStarts().get(document);
    }

    /** Returns the document that holds a piece. */
    public int documentOf(long token) {
        int low = 0;
        int high = documentCount() - 1;
        while (low < high) { // the last document that starts at or before the piece
            int middle = (low + high + 1) >>> 1;
            if (documentStart(middle) <= token) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    /**
     * Reads the ids and origins of all documents from the list next to the shard.
     *
     * @throws LimeException if the list is missing, damaged or of the wrong length
     */
    public List<DocumentName> documentNames() {
        Path list = ShardFormat.documentsFile(path());
        List<DocumentName> names = new ArrayList<>();
        try (BufferedReader lines = Files.newBufferedReader(list)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                names.add(Json.parse(line, DocumentName.class, list + ":" + (names.size() + 1)));
            }
        } catch (IOException e) {
            throw IoErrors.cannotRead(list, e);
        }
        if (names.size() != documentCount()) {
            throw new LimeException(
                    "[%s] %d lines, expected one for each of %d documents. Hint: is the file truncated?"
                            .formatted(list, names.size(), documentCount()));
        }
        return names;
    }

    @Override
    public void readTokens(long from, int[] into, int offset, int count) {
        read(columns.tokens(), from, into, offset, count);
    }

    @Override
    public void readTags(int feature, long from, int[] into, int offset, int count) {
        read(columns.tags().get(feature), from, into, offset, count);
    }

    @Override
    public void readByteLengths(long from, int[] into, int offset, int count) {
        read(columns.byteLengths(), from, into, offset, count);
    }

    /**
     * Reads every value of every column.
     *
     * @return the UTF-8 bytes of text that all pieces cover
     * @throws LimeException if an id is outside the vocabulary or a tag outside its tag set
     */
    public long verify() {
        int[] chunk = new int[VERIFY_CHUNK];
        long textBytes = 0;
        for (long from = 0; from < tokenCount(); from += VERIFY_CHUNK) {
            int count = (int) Math.min(VERIFY_CHUNK, tokenCount() - from);
            read(columns.tokens(), from, chunk, 0, count);
            for (Column column : columns.tags()) {
                read(column, from, chunk, 0, count);
            }
            read(columns.byteLengths(), from, chunk, 0, count);
            for (int i = 0; i < count; i++) {
                textBytes += chunk[i];
            }
        }
        return textBytes;
    }

    private void read(Column column, long from, int[] into, int offset, int count) {
        long illegal = column.read(from, into, offset, count);
        if (illegal >= 0) {
            throw new LimeException(
                    "[%s, document %d] %s %s at piece %d, expected 0 to %d. Hint: is the file damaged?"
                            .formatted(
                                    path(),
                                    documentOf(illegal),
                                    column.what(),
                                    Integer.toUnsignedString(into[offset + (int) (illegal - from)]),
                                    illegal,
                                    column.limit() - 1));
        }
    }

    @Override
    public void close() {
        file.close();
    }
}
