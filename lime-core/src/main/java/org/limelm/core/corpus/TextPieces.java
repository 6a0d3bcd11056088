package org.limelm.core.corpus;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * Reads a text file as one document or, if it is larger than the document limit, as pieces of at
 * most {@value #PIECE_BYTES} bytes. A piece ends after the last blank line that fits, or else after
 * the last line end, the last space, or between two characters. The concatenated pieces are the
 * text.
 */
final class TextPieces {
    /** Maximum size of a piece, if a file is split. */
    static final int PIECE_BYTES = 1 << 20;

    /** Maximum size of a UTF-8 character. */
    private static final int CHARACTER_BYTES = 4;

    private final InputStream in;
    private final int maxBytes;
    private final int pieceBytes;
    private byte[] buffer = {};
    private int start;
    private int limit;
    private int end;
    private boolean atEnd;
    private boolean whole;
    private long number;

    TextPieces(InputStream in, long maxBytes) {
        this.in = in;
        this.maxBytes = Math.toIntExact(maxBytes);
        this.pieceBytes = Math.min(this.maxBytes, PIECE_BYTES);
    }

    /** Advances to the next piece; returns false after the last one. An empty file is one piece. */
    boolean next() throws IOException {
        start = limit;
        if (number == 0) {
            buffer = in.readNBytes(maxBytes + 1);
            end = buffer.length;
            whole = end <= maxBytes;
            atEnd = whole;
        } else if (whole) {
            return false;
        } else if (!atEnd && end - start <= pieceBytes) {
            refill();
        }
        number++;
        limit = whole || (atEnd && end - start <= pieceBytes) ? end : cut();
        return whole || start < end;
    }

    private void refill() throws IOException {
        System.arraycopy(buffer, start, buffer, 0, end - start);
        end -= start;
        start = 0;
        int read = in.readNBytes(buffer, end, buffer.length - end);
        end += read;
        atEnd = end < buffer.length;
    }

    /** Returns the end of the piece that begins at {@link #start}. */
    private int cut() {
        int furthest = start + pieceBytes;
        int lineEnd = -1;
        int space = -1;
        for (int i = furthest; i > start; i--) {
            byte before = buffer[i - 1];
            if (before == '\n' && endsBlankLine(i)) {
                return i;
            }
            lineEnd = before == '\n' && lineEnd < 0 ? i : lineEnd;
            space = before == ' ' && space < 0 ? i : space;
        }
        return lineEnd > 0 ? lineEnd : space > 0 ? space : betweenCharacters(furthest);
    }

    /** Returns whether the line that ends before a position is empty. */
    private boolean endsBlankLine(int position) {
        int i = position - 2; // before the line end
        if (i > start && buffer[i] == '\r') {
            i--;
        }
        return i > start && buffer[i] == '\n';
    }

    private int betweenCharacters(int furthest) {
        for (int i = furthest; i > Math.max(start, furthest - CHARACTER_BYTES); i--) {
            if ((buffer[i] & 0xC0) != 0x80) { // no continuation byte follows
                return i;
            }
        }
        return furthest;
    }

    /** Returns whether the file is one document. */
    boolean isWhole() {
        return whole;
    }

    /** Returns the number of the piece, from 1. */
    long number() {
        return number;
    }

    /** Returns the piece's bytes, without a byte order mark at the beginning of the file. */
    ByteBuffer bytes() {
        ByteBuffer piece = ByteBuffer.wrap(buffer, start, limit - start);
        return number == 1 ? Utf8.withoutMark(piece) : piece;
    }
}
