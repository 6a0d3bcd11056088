package org.limelm.core.corpus;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Strict UTF-8 decoding. */
final class Utf8 {
    private static final ByteBuffer BYTE_ORDER_MARK =
            ByteBuffer.wrap(new byte[] {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF}).asReadOnlyBuffer();

    private Utf8() {}

    /** Returns the bytes after a byte order mark, or all bytes if there is none. */
    static ByteBuffer withoutMark(ByteBuffer bytes) {
        int mark = BYTE_ORDER_MARK.limit();
        boolean marked =
                bytes.remaining() >= mark
                        && bytes.slice(bytes.position(), mark).equals(BYTE_ORDER_MARK);
        return marked ? bytes.slice(bytes.position() + mark, bytes.remaining() - mark) : bytes;
    }

    /** Decodes bytes; throws if they are not UTF-8. */
    static String decode(ByteBuffer bytes) throws CharacterCodingException {
        return StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT)
                .decode(bytes)
                .toString();
    }

    /** Returns the index of the first lone surrogate, in UTF-16 code units, or -1. */
    static int loneSurrogate(String text) {
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (Character.isHighSurrogate(unit)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(unit)) {
                return i;
            }
        }
        return -1;
    }
}
