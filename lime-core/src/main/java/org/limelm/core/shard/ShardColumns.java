package org.limelm.core.shard;

import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;
import org.limelm.core.LimeException;
import org.limelm.core.metadata.Feature;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.core.tensorfile.DType;
import org.limelm.core.tensorfile.SafetensorsFile;
import org.limelm.core.tensorfile.TensorInfo;

/**
 * The columns of a shard, whose metadata, types and lengths have been checked.
 *
 * @param documentStarts first piece of each document, then the number of pieces
 * @param tokens subword ids
 * @param byteLengths UTF-8 bytes of text that each piece covers
 * @param tags tag ids, one column per feature, in schema order
 */
record ShardColumns(
        LongBuffer documentStarts, Column tokens, Column byteLengths, List<Column> tags) {
    /**
     * Finds and checks the columns of a shard.
     *
     * @throws LimeException if the file is not a shard, is damaged, or was written with another
     *     schema or vocabulary
     */
    static ShardColumns of(SafetensorsFile file, MetadataSchema schema, int vocabularySize) {
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
        return new ShardColumns(starts, tokens, byteLengths, tags);
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
}
