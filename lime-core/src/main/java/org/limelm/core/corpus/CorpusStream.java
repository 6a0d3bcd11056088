package org.limelm.core.corpus;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.limelm.core.LimeException;
import org.limelm.core.corpus.CorpusFile.Compression;

/**
 * Opens the decompressed bytes of a corpus file, with protection against wrong extensions and
 * decompression bombs. The stream ends with the last complete frame or member: a file that ends
 * anywhere else, or is followed by other content, causes an {@link IOException}. {@code
 * java.util.zip} does not guarantee this: it treats unreadable content after a member as the end.
 */
final class CorpusStream {
    private static final int BUFFER_BYTES = 1 << 16;
    private static final int MAGIC_BYTES = 4;

    /** Number of decompressed bytes up to which any ratio is harmless. */
    private static final long HARMLESS_BYTES = 16 << 20;

    private CorpusStream() {}

    /**
     * Opens a file.
     *
     * @param consumed incremented by the number of bytes read from disk
     * @throws LimeException if the content does not match the name
     */
    static InputStream open(CorpusFile file, int maxRatio, AtomicLong consumed) throws IOException {
        InputStream raw = Files.newInputStream(file.path());
        try {
            Counter counter = new Counter(raw, consumed);
            InputStream in = new BufferedInputStream(counter, BUFFER_BYTES);
            requireCompression(file, in);
            return switch (file.compression()) {
                case NONE -> in;
                case GZIP ->
                        new BombGuard(
                                new GzipCompressorInputStream(in, true), counter, file, maxRatio);
                case ZSTD -> new BombGuard(new ZstdFrames(in), counter, file, maxRatio);
            };
        } catch (IOException | RuntimeException e) {
            raw.close();
            throw e;
        }
    }

    private static void requireCompression(CorpusFile file, InputStream in) throws IOException {
        in.mark(MAGIC_BYTES);
        byte[] magic = in.readNBytes(MAGIC_BYTES);
        in.reset();
        Compression actual = Compression.NONE;
        if (startsWith(magic, 0x1F, 0x8B)) {
            actual = Compression.GZIP;
        } else if (startsWith(magic, 0x28, 0xB5, 0x2F, 0xFD) || isSkippableFrame(magic)) {
            actual = Compression.ZSTD;
        }
        if (actual != file.compression()) {
            throw new LimeException(
                    "[%s] its name says compression %s, its content %s. Hint: rename it, or download it again"
                            .formatted(file.path(), file.compression(), actual));
        }
    }

    /** Returns whether a zstd file begins with a skippable frame: magic number 0x184D2A5?. */
    private static boolean isSkippableFrame(byte[] magic) {
        return magic.length == MAGIC_BYTES
                && (magic[0] & 0xF0) == 0x50
                && startsWith(Arrays.copyOfRange(magic, 1, MAGIC_BYTES), 0x2A, 0x4D, 0x18);
    }

    private static boolean startsWith(byte[] bytes, int... expected) {
        if (bytes.length < expected.length) {
            return false;
        }
        for (int i = 0; i < expected.length; i++) {
            if (Byte.toUnsignedInt(bytes[i]) != expected[i]) {
                return false;
            }
        }
        return true;
    }

    /** Counts the bytes read from disk. */
    private static final class Counter extends FilterInputStream {
        private final AtomicLong total;
        private long count;

        Counter(InputStream in, AtomicLong total) {
            super(in);
            this.total = total;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int read = super.read(into, offset, length);
            if (read > 0) {
                count += read;
                total.addAndGet(read);
            }
            return read;
        }
    }

    /** Rejects a file that expands beyond a ratio. */
    private static final class BombGuard extends FilterInputStream {
        private final Counter compressed;
        private final CorpusFile file;
        private final int maxRatio;
        private long decompressed;

        BombGuard(InputStream in, Counter compressed, CorpusFile file, int maxRatio) {
            super(in);
            this.compressed = compressed;
            this.file = file;
            this.maxRatio = maxRatio;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int read = super.read(into, offset, length);
            decompressed += Math.max(0, read);
            if (decompressed > HARMLESS_BYTES && decompressed / maxRatio > compressed.count) {
                throw new LimeException(
                        "[%s] %d compressed bytes gave more than %d, over the ratio of %d. Hint: is it a decompression bomb? If not, decompress it first"
                                .formatted(file.path(), compressed.count, decompressed, maxRatio));
            }
            return read;
        }
    }
}
