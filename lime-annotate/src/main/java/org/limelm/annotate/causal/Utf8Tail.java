package org.limelm.annotate.causal;

import java.nio.charset.StandardCharsets;

/** Decodes UTF-8 that arrives in pieces: the bytes of an incomplete character wait for the rest. */
final class Utf8Tail {
    private byte[] waiting = new byte[0];

    /** Returns an independent copy. */
    Utf8Tail copy() {
        Utf8Tail copy = new Utf8Tail();
        copy.waiting = waiting.clone();
        return copy;
    }

    /**
     * Appends bytes and returns the characters that are complete now. Bytes that can never become a
     * character are returned as U+FFFD.
     */
    String push(byte[] piece) {
        byte[] bytes = new byte[waiting.length + piece.length];
        System.arraycopy(waiting, 0, bytes, 0, waiting.length);
        System.arraycopy(piece, 0, bytes, waiting.length, piece.length);
        int complete = bytes.length - incomplete(bytes);
        waiting = java.util.Arrays.copyOfRange(bytes, complete, bytes.length);
        return new String(bytes, 0, complete, StandardCharsets.UTF_8);
    }

    /** Returns how many bytes at the end are the beginning of a character that is not complete. */
    private static int incomplete(byte[] bytes) {
        for (int back = 1; back <= 3 && back <= bytes.length; back++) {
            int b = bytes[bytes.length - back] & 0xFF;
            if (b < 0x80) {
                return 0;
            }
            if (b >= 0xC0) {
                int length = b >= 0xF0 ? 4 : b >= 0xE0 ? 3 : 2;
                return length > back ? back : 0;
            }
        }
        return 0;
    }
}
