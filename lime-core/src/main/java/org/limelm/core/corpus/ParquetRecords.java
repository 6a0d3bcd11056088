package org.limelm.core.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.limelm.core.LimeException;
import org.limelm.core.internal.parquet.ParquetRows;

/** A parquet file: one record per row, of which only the columns that are used are read. */
final class ParquetRecords implements FileRecords {
    /** Bytes of UTF-8 per UTF-16 code unit, at most. */
    private static final int MAX_UNIT_BYTES = 3;

    private final CorpusFile file;
    private final ParquetRows rows;
    private final ReaderOptions options;
    private final RequestedFields fields;

    private ParquetRecords(
            CorpusFile file, ParquetRows rows, ReaderOptions options, RequestedFields fields) {
        this.file = file;
        this.rows = rows;
        this.options = options;
        this.fields = fields;
    }

    /**
     * Opens a file.
     *
     * @throws LimeException if it is not a parquet file, or lacks the column of the text
     */
    static ParquetRecords open(CorpusFile file, ReaderOptions options, AtomicLong bytesRead)
            throws IOException {
        RequestedFields fields = new RequestedFields(options.fields());
        ParquetRows rows =
                ParquetRows.open(
                        file.path(),
                        name ->
                                name.equals(options.textField())
                                        || name.equals(options.idField())
                                        || fields.uses(name),
                        options.maxCompressionRatio(),
                        bytesRead);
        if (!rows.columns().contains(options.textField())) {
            rows.close();
            throw new LimeException(
                    "[%s] no column '%s'; its columns are %s. Hint: name the column of the text: --text-field, or data.textField in a configuration"
                            .formatted(
                                    file.path(),
                                    options.textField(),
                                    String.join(", ", rows.columns())));
        }
        return new ParquetRecords(file, rows, options, fields);
    }

    @Override
    public boolean next() {
        return rows.next();
    }

    @Override
    public Optional<CorpusRecord> record() {
        String origin = file.path() + ":" + rows.row();
        Map<String, JsonNode> row = rows.read();
        JsonNode text = row.getOrDefault(options.textField(), MissingNode.getInstance());
        if (text.isBinary()) {
            return Optional.of(CorpusRecord.bad(origin, QuarantineReason.INVALID_UTF8, ""));
        }
        if (!text.isTextual()) {
            return Optional.of(
                    CorpusRecord.bad(
                            origin, QuarantineReason.TEXT_NOT_A_STRING, text.getNodeType().name()));
        }
        if (isTooLarge(text.textValue())) {
            return Optional.of(
                    CorpusRecord.bad(
                            origin,
                            QuarantineReason.TOO_LARGE,
                            "over " + options.maxDocumentBytes() + " bytes"));
        }
        JsonNode id = row.getOrDefault(options.idField(), MissingNode.getInstance());
        return Optional.of(
                fields.addTo(
                        CorpusRecord.of(
                                id.isNull() || !id.isValueNode() ? "" : id.asText(),
                                text.textValue(),
                                origin),
                        row));
    }

    private boolean isTooLarge(String text) {
        long limit = options.maxDocumentBytes();
        return text.length() > limit / MAX_UNIT_BYTES
                && text.getBytes(StandardCharsets.UTF_8).length > limit;
    }

    @Override
    public long number() {
        return rows.row();
    }

    @Override
    public void close() throws IOException {
        rows.close();
    }
}
