package org.limelm.core.corpus;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.limelm.core.ConfigException;
import org.limelm.core.config.Doc;

/** How a corpus is read, and how many errors in it are tolerated. */
@RecordBuilder
public record ReaderOptions(
        @Doc("Key of the text in a JSON line") String textField,
        @Doc("Key of the id in a JSON line; if it is missing, the id is file:line") String idField,
        @Doc(
                        "Maximum size of a document in bytes, after decompression; larger lines are quarantined, larger text files are split at the ends of paragraphs")
                long maxDocumentBytes,
        @Doc("Maximum fraction of quarantined records, 0 to 1; above it the corpus is rejected")
                double maxBadFraction,
        @Doc("Maximum factor by which a compressed file may expand; above it the file is rejected")
                int maxCompressionRatio,
        @Doc(
                        "Further fields of a record that documents carry: values, or lists of {start, end, label} with positions in Unicode characters; a path is written metadata.language, another key of labels tokens.pos")
                List<String> fields,
        @Doc(
                        "Text between the documents of a text file, such as <|endoftext|> or a blank line; empty if each file is one document")
                String textSeparator,
        @Doc("Which documents are left out") DocumentFilter filter)
        implements ReaderOptionsBuilder.With {
    /** Maximum of {@link #maxDocumentBytes}: a document must fit in one array. */
    private static final long LARGEST_DOCUMENT_BYTES = 1L << 30;

    /**
     * Checks the ranges.
     *
     * @throws ConfigException if a value is outside its range
     */
    public ReaderOptions {
        fields = List.copyOf(fields);
        if (fields.stream().anyMatch(String::isBlank)
                || Set.copyOf(fields).size() < fields.size()) {
            throw new ConfigException(
                    "[reader] fields are "
                            + fields
                            + ", expected distinct names that are not blank");
        }
        if (maxDocumentBytes < 1 || maxDocumentBytes > LARGEST_DOCUMENT_BYTES) {
            throw new ConfigException(
                    "[reader] maxDocumentBytes is %d, expected 1 to %d"
                            .formatted(maxDocumentBytes, LARGEST_DOCUMENT_BYTES));
        }
        if (!(maxBadFraction >= 0 && maxBadFraction <= 1)) {
            throw new ConfigException(
                    "[reader] maxBadFraction is " + maxBadFraction + ", expected 0 to 1");
        }
        if (maxCompressionRatio < 1) {
            throw new ConfigException(
                    "[reader] maxCompressionRatio is "
                            + maxCompressionRatio
                            + ", expected at least 1");
        }
    }

    /**
     * Returns keys {@code text} and {@code id}, 64 MiB, 1 %, a ratio of 200, no fields, no filter.
     */
    public static ReaderOptions defaults() {
        return new ReaderOptions(
                "text", "id", 64L << 20, 0.01, 200, List.of(), "", DocumentFilter.none());
    }

    /**
     * Returns what determines the documents, for the identity of a job and for provenance. Options
     * that are at their default and did not exist in LIME 0.1 are left out, so that folders of
     * older versions stay usable.
     */
    public String identity() {
        return String.format(
                Locale.ROOT,
                "ReaderOptions[textField=%s, idField=%s, maxDocumentBytes=%d, maxBadFraction=%s, maxCompressionRatio=%d%s%s%s]",
                textField,
                idField,
                maxDocumentBytes,
                maxBadFraction,
                maxCompressionRatio,
                fields.isEmpty() ? "" : ", fields=" + fields,
                textSeparator.isEmpty() ? "" : ", textSeparator='" + textSeparator + "'",
                filter.equals(DocumentFilter.none()) ? "" : ", filter=" + filter);
    }
}
