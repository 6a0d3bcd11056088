package org.limelm.core.internal.parquet;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DataPageV1;
import org.apache.parquet.column.page.DataPageV2;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DataPageHeaderV2;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.Util;
import org.jspecify.annotations.Nullable;

/**
 * The pages of one column of a row group, read and decompressed one at a time, without statistics.
 */
final class ColumnPages implements PageReader {
    private static final int BUFFER_BYTES = 1 << 16;

    /** Number of decompressed bytes up to which any ratio is harmless. */
    private static final int HARMLESS_BYTES = 16 << 20;

    private final InputStream in;
    private final CompressionCodec codec;
    private final long values;
    private final long chunkBytes;
    private final int maxRatio;
    private long valuesRead;
    private int pages;
    private @Nullable PageHeader ahead;

    /**
     * Creates a reader.
     *
     * @param chunk the bytes of the column in the row group
     * @param maxRatio maximum factor by which a page may expand
     */
    ColumnPages(InputStream chunk, ColumnMetaData metadata, int maxRatio) {
        this.in = new BufferedInputStream(chunk, BUFFER_BYTES);
        this.codec = metadata.getCodec();
        this.values = metadata.getNum_values();
        this.chunkBytes = metadata.getTotal_compressed_size();
        this.maxRatio = maxRatio;
    }

    /** Thrown for a page that cannot be read. */
    static final class DamagedPage extends RuntimeException {
        DamagedPage(int page, String problem, @Nullable Throwable cause) {
            super("page " + page + ": " + problem, cause);
        }
    }

    @Override
    public long getTotalValueCount() {
        return values;
    }

    @Override
    public @Nullable DictionaryPage readDictionaryPage() {
        try {
            PageHeader header = header();
            if (!header.isSetDictionary_page_header()) {
                ahead = header;
                return null;
            }
            byte[] compressed = body(header);
            byte[] page = decompress(compressed, 0, header.getUncompressed_page_size());
            int count = header.getDictionary_page_header().getNum_values();
            if (count < 0 || count > page.length) {
                throw new IOException(count + " entries in " + page.length + " bytes");
            }
            return new DictionaryPage(
                    BytesInput.from(page),
                    count,
                    encoding(header.getDictionary_page_header().getEncoding()));
        } catch (IOException | RuntimeException e) {
            throw damaged(e);
        }
    }

    @Override
    public @Nullable DataPage readPage() {
        try {
            while (valuesRead < values) {
                PageHeader header = header();
                if (header.isSetData_page_header()) {
                    return version1(header, header.getData_page_header());
                }
                if (header.isSetData_page_header_v2()) {
                    return version2(header, header.getData_page_header_v2());
                }
                body(header); // an index or an unknown page: skipped
            }
            return null;
        } catch (IOException | RuntimeException e) {
            throw damaged(e);
        }
    }

    private DataPage version1(PageHeader header, DataPageHeader page) throws IOException {
        byte[] body = body(header);
        valuesRead += page.getNum_values();
        return new DataPageV1(
                BytesInput.from(decompress(body, 0, header.getUncompressed_page_size())),
                page.getNum_values(),
                header.getUncompressed_page_size(),
                null,
                encoding(page.getRepetition_level_encoding()),
                encoding(page.getDefinition_level_encoding()),
                encoding(page.getEncoding()));
    }

    /** A page whose levels are not compressed. */
    private DataPage version2(PageHeader header, DataPageHeaderV2 page) throws IOException {
        byte[] body = body(header);
        valuesRead += page.getNum_values();
        int repetition = page.getRepetition_levels_byte_length();
        int definition = page.getDefinition_levels_byte_length();
        int levels = repetition + definition;
        if (repetition < 0 || definition < 0 || levels < 0 || levels > body.length) {
            throw new IOException("levels of " + levels + " bytes in " + body.length);
        }
        int dataBytes = header.getUncompressed_page_size() - levels;
        boolean compressed = !page.isSetIs_compressed() || page.isIs_compressed();
        BytesInput data =
                compressed && body.length > levels
                        ? BytesInput.from(decompress(body, levels, dataBytes))
                        : BytesInput.from(body, levels, body.length - levels);
        return DataPageV2.uncompressed(
                page.getNum_rows(),
                page.getNum_nulls(),
                page.getNum_values(),
                BytesInput.from(body, 0, repetition),
                BytesInput.from(body, repetition, definition),
                encoding(page.getEncoding()),
                data,
                null);
    }

    private PageHeader header() throws IOException {
        PageHeader known = ahead;
        if (known != null) {
            ahead = null;
            return known;
        }
        PageHeader header = Util.readPageHeader(in);
        pages++;
        return header;
    }

    /** Reads the bytes of a page, and compares them with its checksum if it has one. */
    private byte[] body(PageHeader header) throws IOException {
        int size = header.getCompressed_page_size();
        if (size < 0 || size > chunkBytes || header.getUncompressed_page_size() < 0) {
            throw new IOException("its size is " + size + " of " + chunkBytes + " bytes");
        }
        byte[] body = in.readNBytes(size);
        if (body.length < size) {
            throw new IOException(body.length + " bytes, expected " + size);
        }
        if (header.isSetCrc()) {
            CRC32 crc = new CRC32();
            crc.update(body);
            if ((int) crc.getValue() != header.getCrc()) {
                throw new IOException("its checksum differs");
            }
        }
        return body;
    }

    private byte[] decompress(byte[] body, int offset, int size) throws IOException {
        if (size < 0 || (size > HARMLESS_BYTES && size / maxRatio > body.length)) {
            throw new IOException(
                    body.length
                            + " compressed bytes give "
                            + size
                            + ", over the ratio of "
                            + maxRatio);
        }
        return PageCodec.decompress(codec, body, offset, size);
    }

    private static Encoding encoding(org.apache.parquet.format.Encoding encoding) {
        return Encoding.valueOf(encoding.name());
    }

    private DamagedPage damaged(Exception e) {
        String message = e.getMessage();
        return new DamagedPage(pages, message == null ? e.getClass().getSimpleName() : message, e);
    }
}
