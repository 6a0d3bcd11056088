package org.limelm.core.corpus;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPInputStream;
import org.limelm.core.LimeException;
import org.limelm.core.corpus.CorpusFile.Compression;

/** The decompressed bytes of a corpus file, guarded against wrong names and against bombs. */
final class CorpusStream {
    private static final int BUFFER_BYTES = 1 << 16;
    private static final int MAGIC_BYTES = 4;

    /** Below so many decompressed bytes, no ratio is a danger. */
    private static final long HARMLESS_BYTES = 16 << 20;

    private CorpusStream() {}

    /**
     * Opens a file.
     *
     * @param consumed is raised by the bytes read from the disk
     * @throws LimeException if the content is not what the name says
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
                                new GZIPInputStream(in, BUFFER_BYTES), counter, file, maxRatio);
                case ZSTD -> new BombGuard(new ZstdInputStream(in), counter, file, maxRatio);
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
        } else if (startsWith(magic, 0x28, 0xB5, 0x2F, 0xFD)) {
            actual = Compression.ZSTD;
        }
        if (actual != file.compression()) {
            throw new LimeException(
                    "[%s] its name says compression %s, its content %s. Hint: rename it, or fetch it again"
                            .formatted(file.path(), file.compression(), actual));
        }
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

    /** Counts what is read from the disk. */
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

    /** Stops a file that expands beyond a ratio. */
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
                        "[%s] %d compressed bytes gave more than %d, over the ratio of %d. Hint: is it a decompression bomb? If not, raise maxCompressionRatio"
                                .formatted(file.path(), compressed.count, decompressed, maxRatio));
            }
            return read;
        }
    }
}
