package org.limelm.core.corpus;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdDirectBufferDecompressingStreamNoFinalizer;
import com.github.luben.zstd.ZstdIOException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.util.Objects;

/**
 * Decompresses any number of zstd frames, including skippable frames and windows of any size. The
 * stream ends if the source ends after a complete frame; anywhere else, the source is truncated.
 */
final class ZstdFrames extends InputStream {
    private static final int BUFFER_BYTES = 1 << 17;

    /** The largest window that the decoder supports, that of {@code zstd --long=31}. */
    private static final int MAX_WINDOW_LOG = 31;

    private final Source source;
    private final ByteBuffer decompressed = ByteBuffer.allocateDirect(BUFFER_BYTES).limit(0);

    ZstdFrames(InputStream in) throws IOException {
        source = new Source(Channels.newChannel(in));
        source.setLongMax(MAX_WINDOW_LOG);
    }

    @Override
    public int read() throws IOException {
        return fill() ? Byte.toUnsignedInt(decompressed.get()) : -1;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int count = Math.min(length, decompressed.remaining());
        decompressed.get(into, offset, count);
        return count;
    }

    /** Decompresses until a byte is available; returns false at the end. */
    private boolean fill() throws IOException {
        while (!decompressed.hasRemaining()) {
            if (!source.hasRemaining()) {
                return false;
            }
            boolean exhausted = source.isExhausted();
            decompressed.clear();
            try {
                source.read(decompressed);
            } catch (ZstdIOException e) {
                throw e.getErrorCode() == Zstd.errMemoryAllocation() ? new WindowTooLarge(e) : e;
            } catch (UncheckedIOException e) {
                throw Objects.requireNonNull(e.getCause());
            } finally {
                decompressed.flip();
            }
            if (exhausted && !decompressed.hasRemaining() && source.hasRemaining()) {
                throw new EOFException("the last frame is incomplete");
            }
        }
        return true;
    }

    /** Thrown if the file is intact, but this machine lacks the memory to decompress it. */
    static final class WindowTooLarge extends IOException {
        WindowTooLarge(ZstdIOException cause) {
            super("its window needs up to 2 GiB of memory outside the Java heap", cause);
        }
    }

    @Override
    public void close() throws IOException {
        source.close();
    }

    /** The decoder, which reads from a channel. */
    private static final class Source extends ZstdDirectBufferDecompressingStreamNoFinalizer {
        private final ReadableByteChannel channel;
        private boolean atEnd;

        Source(ReadableByteChannel channel) throws IOException {
            super(ByteBuffer.allocateDirect(BUFFER_BYTES).limit(0));
            this.channel = channel;
            source = next(source);
        }

        /** Returns whether no compressed byte is left. */
        boolean isExhausted() {
            return atEnd && !source.hasRemaining();
        }

        @Override
        protected ByteBuffer refill(ByteBuffer empty) {
            try {
                return next(empty);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private ByteBuffer next(ByteBuffer empty) throws IOException {
            empty.clear();
            atEnd = channel.read(empty) < 0;
            return empty.flip();
        }

        @Override
        public void close() {
            super.close();
            try {
                channel.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
