package org.limelm.core.corpus;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Splits a stream at a separator, without ever buffering more of a part than is allowed. Line ends
 * around the separators are not part of the texts.
 */
final class SeparatedText {
    private static final int BUFFER_BYTES = 1 << 16;

    private final InputStream in;
    private final byte[] separator;
    private final int maxBytes;
    private final Part part = new Part();
    private boolean tooLarge;
    private boolean atEnd;
    private long number;

    /** The bytes of a part, whose end can be compared. */
    private static final class Part extends ByteArrayOutputStream {
        boolean endsWith(byte[] suffix) {
            return count >= suffix.length
                    && Arrays.equals(buf, count - suffix.length, count, suffix, 0, suffix.length);
        }

        /** Discards all but the last bytes. */
        void keepLast(int bytes) {
            int kept = Math.min(bytes, count);
            System.arraycopy(buf, count - kept, buf, 0, kept);
            count = kept;
        }

        ByteBuffer withoutLineEnds(int omitted) {
            int start = 0;
            int end = count - omitted;
            while (start < end && isLineEnd(buf[start])) {
                start++;
            }
            while (end > start && isLineEnd(buf[end - 1])) {
                end--;
            }
            return ByteBuffer.wrap(buf, start, end - start);
        }

        private static boolean isLineEnd(byte value) {
            return value == '\n' || value == '\r';
        }
    }

    SeparatedText(InputStream in, byte[] separator, long maxBytes) {
        this.in = new BufferedInputStream(in, BUFFER_BYTES);
        this.separator = separator.clone();
        this.maxBytes = Math.toIntExact(maxBytes);
    }

    /** Advances to the next part; returns false after the last one. */
    boolean next() throws IOException {
        if (atEnd) {
            return false;
        }
        part.reset();
        tooLarge = false;
        number++;
        byte last = separator[separator.length - 1];
        for (int value = in.read(); value >= 0; value = in.read()) {
            part.write(value);
            if ((byte) value == last && part.endsWith(separator)) {
                return true;
            }
            if (part.size() - separator.length >= maxBytes) {
                tooLarge = true;
                part.keepLast(separator.length - 1);
            }
        }
        atEnd = true;
        return true;
    }

    /** Returns whether the part is larger than allowed; its text is then incomplete. */
    boolean isTooLarge() {
        return tooLarge;
    }

    /** Returns the number of the part, from 1. */
    long number() {
        return number;
    }

    /** Returns the part's bytes, without a byte order mark at the beginning of the stream. */
    ByteBuffer bytes() {
        ByteBuffer bytes = part.withoutLineEnds(atEnd ? 0 : separator.length);
        return number == 1 ? Utf8.withoutMark(bytes) : bytes;
    }
}
