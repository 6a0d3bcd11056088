package org.limelm.model.huggingface;

import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * Options for writing a HuggingFace model.
 *
 * @param endOfTextId id of the token that ends a document
 * @param metadataShift distance from a position to the token whose tags it reads
 * @param bfloat16 whether weights are rounded to bfloat16 instead of kept in float32
 * @param maxFileBytes size above which the weights are divided into several files
 */
@RecordBuilder
public record ExportOptions(int endOfTextId, int metadataShift, boolean bfloat16, long maxFileBytes)
        implements ExportOptionsBuilder.With {
    /** The size above which transformers divides weights, in bytes. */
    public static final long DEFAULT_MAX_FILE_BYTES = 5_000_000_000L;

    /** Returns options with float32 weights in files of at most 5 GB. */
    public static ExportOptions of(int endOfTextId, int metadataShift) {
        return new ExportOptions(endOfTextId, metadataShift, false, DEFAULT_MAX_FILE_BYTES);
    }
}
