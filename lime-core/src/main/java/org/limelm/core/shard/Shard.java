package org.limelm.core.shard;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.limelm.core.LimeException;
import org.limelm.core.io.IoErrors;
import org.limelm.core.io.Json;
import org.limelm.core.metadata.Feature;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.core.tensorfile.DType;
import org.limelm.core.tensorfile.SafetensorsFile;
import org.limelm.core.tensorfile.TensorInfo;

/**
 * One file of prepared documents, mapped into memory.
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
 * schema_fingerprint}, {@code vocabulary_size}. Beside {@code NAME.safetensors} stands {@code
 * NAME.documents.jsonl} with the id and the origin of each document, one per line.
 */
public final class Shard implements PieceColumns, AutoCloseable {
    private static final int VERIFY_CHUNK = 1 << 16;

    private final SafetensorsFile file;
    private final LongBuffer documentStarts;
    private final Column tokens;
    private final Column byteLengths;
    private final List<Column> tags;

    private Shard(
            SafetensorsFile file,
            LongBuffer documentStarts,
            Column tokens,
            Column byteLengths,
            List<Column> tags) {
        this.file = file;
        this.documentStarts = documentStarts;
        this.tokens = tokens;
        this.byteLengths = byteLengths;
        this.tags = tags;
    }

    /**
     * Opens a shard and checks everything but the values of its columns, which are checked as they
     * are read, or all by {@link #verify}.
     *
     * @param schema the schema that it was written with
     * @param vocabularySize the size of the vocabulary that it was written with
     * @throws LimeException if it is damaged, or was written with another schema or vocabulary
     */
    public static Shard open(Path path, MetadataSchema schema, int vocabularySize) {
        SafetensorsFile file = SafetensorsFile.open(path);
        checkMetadata(file, schema, vocabularySize);
        LongBuffer starts = readStarts(file);
        long n = starts.get(starts.limit() - 1);
        Column tokens =
                column(
                        file,
                        ShardFormat.TOKENS,
                        ShardFormat.tokenType(vocabularySize),
                        n,
                        "token id",
                        vocabularySize);
        Column byteLengths =
                column(
                        file,
                        ShardFormat.BYTES,
                        DType.U16,
                        n,
                        "byte length",
                        ShardFormat.MAX_PIECE_BYTES + 1);
        List<Column> tags = new ArrayList<>();
        for (Feature feature : schema.features()) {
            tags.add(
                    column(
                            file,
                            ShardFormat.column(feature),
                            ShardFormat.tagType(feature),
                            n,
                            feature.name() + " tag",
                            feature.size()));
        }
        return new Shard(file, starts, tokens, byteLengths, tags);
    }

    private static void checkMetadata(
            SafetensorsFile file, MetadataSchema schema, int vocabularySize) {
        String format = file.metadata().getOrDefault(ShardFormat.FORMAT_KEY, "");
        if (!format.equals(ShardFormat.FORMAT)) {
            throw new LimeException(
                    "[%s] a safetensors file, but its format is '%s', expected '%s'. Hint: is it a model?"
                            .formatted(file.path(), format, ShardFormat.FORMAT));
        }
        ShardFormat.requireKnownVersion(
                file.path().toString(), readNumber(file, ShardFormat.VERSION_KEY));
        String fingerprint = file.metadata().getOrDefault(ShardFormat.SCHEMA_KEY, "");
        if (!fingerprint.equals(schema.fingerprint())) {
            throw new LimeException(
                    "[%s] written with another metadata schema: fingerprint %s, expected %s of %s. Hint: annotate the corpus again"
                            .formatted(
                                    file.path(),
                                    fingerprint,
                                    schema.fingerprint(),
                                    schema.names()));
        }
        int vocabulary = readNumber(file, ShardFormat.VOCABULARY_KEY);
        if (vocabulary != vocabularySize) {
            throw new LimeException(
                    "[%s] written with a vocabulary of %d, expected %d. Hint: was another tokenizer used?"
                            .formatted(file.path(), vocabulary, vocabularySize));
        }
    }

    private static int readNumber(SafetensorsFile file, String key) {
        String value = file.metadata().getOrDefault(key, "");
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new LimeException(
                    "[%s] metadata '%s' is '%s', expected a number. Hint: is the file damaged?"
                            .formatted(file.path(), key, value),
                    e);
        }
    }

    private static LongBuffer readStarts(SafetensorsFile file) {
        TensorInfo tensor = file.tensor(ShardFormat.DOCUMENT_STARTS);
        if (tensor.dtype() != DType.I64
                || tensor.shape().size() != 1
                || tensor.bytes() < Long.BYTES
                || tensor.bytes() > SafetensorsFile.MAX_SLICE_BYTES) {
            throw wrongColumn(file, tensor, "I64[documents + 1]");
        }
        LongBuffer starts = file.slice(tensor, 0, (int) tensor.bytes()).asLongBuffer();
        long previous = 0;
        for (int i = 0; i < starts.limit(); i++) {
            long start = starts.get(i);
            if (start < previous || (i == 0 && start != 0)) {
                throw new LimeException(
                        "[%s] document %d starts at piece %d, expected %s %d. Hint: is the file damaged?"
                                .formatted(
                                        file.path(),
                                        i,
                                        start,
                                        i == 0 ? "exactly" : "at least",
                                        previous));
            }
            previous = start;
        }
        return starts;
    }

    private static Column column(
            SafetensorsFile file, String name, DType dtype, long rows, String what, int limit) {
        TensorInfo tensor = file.tensor(name);
        if (tensor.dtype() != dtype || !tensor.shape().equals(List.of(rows))) {
            throw wrongColumn(file, tensor, dtype + "[" + rows + "]");
        }
        return new Column(file, tensor, what, limit);
    }

    private static LimeException wrongColumn(
            SafetensorsFile file, TensorInfo tensor, String expected) {
        return new LimeException(
                "[%s] column '%s' is %s%s, expected %s. Hint: is the file damaged?"
                        .formatted(
                                file.path(),
                                tensor.name(),
                                tensor.dtype(),
                                tensor.shape(),
                                expected));
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
        return documentStarts.limit() - 1;
    }

    /**
     * Returns the first piece of a document, or the number of pieces for the document behind the
     * last.
     */
    public long documentStart(int document) {
        return documentStarts.get(document);
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
     * Reads the ids and origins of all documents from the list beside the shard.
     *
     * @throws LimeException if the list is missing, damaged or of another length
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
        read(tokens, from, into, offset, count);
    }

    @Override
    public void readTags(int feature, long from, int[] into, int offset, int count) {
        read(tags.get(feature), from, into, offset, count);
    }

    @Override
    public void readByteLengths(long from, int[] into, int offset, int count) {
        read(byteLengths, from, into, offset, count);
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
            read(tokens, from, chunk, 0, count);
            for (Column column : tags) {
                read(column, from, chunk, 0, count);
            }
            read(byteLengths, from, chunk, 0, count);
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
