package org.limelm.core.internal.parquet;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.compressors.lz4.BlockLZ4CompressorInputStream;
import org.apache.commons.compress.compressors.snappy.SnappyCompressorInputStream;
import org.apache.parquet.format.CompressionCodec;

/** Decompresses pages. */
final class PageCodec {
    /** Window of raw snappy: a reference reaches back at most 64 KiB. */
    private static final int SNAPPY_WINDOW_BYTES = 1 << 16;

    private PageCodec() {}

    /** Returns whether a codec is supported. */
    static boolean isSupported(CompressionCodec codec) {
        return switch (codec) {
            case UNCOMPRESSED, SNAPPY, GZIP, ZSTD, LZ4_RAW -> true;
            default -> false;
        };
    }

    /**
     * Decompresses a page, or a part of it.
     *
     * @param size number of bytes that must result
     * @throws IOException if the bytes are damaged
     */
    static byte[] decompress(CompressionCodec codec, byte[] bytes, int offset, int size)
            throws IOException {
        int length = bytes.length - offset;
        byte[] page =
                switch (codec) {
                    case UNCOMPRESSED ->
                            new ByteArrayInputStream(bytes, offset, length).readAllBytes();
                    case ZSTD -> zstd(bytes, offset, size);
                    case GZIP -> read(new GZIPInputStream(in(bytes, offset)), size);
                    case SNAPPY ->
                            read(
                                    new SnappyCompressorInputStream(
                                            in(bytes, offset), SNAPPY_WINDOW_BYTES),
                                    size);
                    case LZ4_RAW ->
                            read(new BlockLZ4CompressorInputStream(in(bytes, offset)), size);
                    default -> throw new IOException("compression " + codec);
                };
        if (page.length != size) {
            throw new IOException(
                    String.format(
                            Locale.ROOT,
                            "%d bytes, expected %d after %s",
                            page.length,
                            size,
                            codec));
        }
        return page;
    }

    private static InputStream in(byte[] bytes, int offset) {
        return new ByteArrayInputStream(bytes, offset, bytes.length - offset);
    }

    private static byte[] zstd(byte[] bytes, int offset, int size) throws IOException {
        byte[] page = new byte[size];
        try {
            long written =
                    Zstd.decompressByteArray(page, 0, size, bytes, offset, bytes.length - offset);
            if (Zstd.isError(written) || written != size) {
                throw new IOException("damaged zstd content");
            }
        } catch (ZstdException e) {
            throw new IOException("damaged zstd content: " + e.getMessage(), e);
        }
        return page;
    }

    /** Reads at most one byte more than expected, which is enough to notice it. */
    private static byte[] read(InputStream in, int size) throws IOException {
        try (in) {
            byte[] page = in.readNBytes(size);
            if (in.read() >= 0) {
                throw new IOException("more than " + size + " bytes after decompression");
            }
            return page;
        }
    }
}
