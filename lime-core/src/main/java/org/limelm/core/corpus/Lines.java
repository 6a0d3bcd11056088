package org.limelm.core.corpus;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** Splits a stream into lines, without ever buffering more of a line than is allowed. */
final class Lines {
    private static final int BUFFER_BYTES = 1 << 16;

    private final InputStream in;
    private final int maxBytes;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private final ByteArrayOutputStream record = new ByteArrayOutputStream();
    private int position;
    private int limit;
    private boolean tooLarge;
    private long records;

    Lines(InputStream in, long maxBytes) {
        this.in = in;
        this.maxBytes = Math.toIntExact(maxBytes);
    }

    /** Reads up to the next newline, which is not part of the line; returns false at the end. */
    boolean nextLine() throws IOException {
        record.reset();
        tooLarge = false;
        boolean any = false;
        while (position < limit || fill()) {
            any = true;
            int end = indexOfNewline();
            append(end);
            boolean newline = end < limit;
            position = newline ? end + 1 : end;
            if (newline) {
                break;
            }
        }
        records += any ? 1 : 0;
        return any;
    }

    private boolean fill() throws IOException {
        position = 0;
        limit = Math.max(0, in.read(buffer));
        return limit > 0;
    }

    private int indexOfNewline() {
        for (int i = position; i < limit; i++) {
            if (buffer[i] == '\n') {
                return i;
            }
        }
        return limit;
    }

    private void append(int end) {
        int count = end - position;
        if (tooLarge || count > maxBytes - record.size()) {
            tooLarge = true;
            record.reset();
        } else {
            record.write(buffer, position, count);
        }
    }

    /** Returns whether the record was larger than allowed; its bytes are then discarded. */
    boolean isTooLarge() {
        return tooLarge;
    }

    /** Returns the number of the record, from 1. */
    long number() {
        return records;
    }

    /** Returns the record's bytes, without a byte order mark at the beginning of the stream. */
    ByteBuffer bytes() {
        ByteBuffer bytes = ByteBuffer.wrap(record.toByteArray());
        return records == 1 ? Utf8.withoutMark(bytes) : bytes;
    }
}
