package org.limelm.annotate.subword;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The printable character that represents each byte in a byte-level vocabulary.
 *
 * <p>Source: GPT-2's {@code bytes_to_unicode}. The bytes that are printable Latin-1 characters
 * represent themselves; the others, in ascending order, are U+0100, U+0101, … So a space is {@code
 * Ġ}.
 */
final class ByteAlphabet {
    private static final char[] CHARACTERS = characters();
    private static final int[] BYTES = bytes();

    private ByteAlphabet() {}

    /** Returns the character of a byte given as 0..255. */
    static char character(int unsignedByte) {
        return CHARACTERS[unsignedByte];
    }

    /**
     * Returns the 256 characters in ascending order, which is the order of the first ids of a
     * vocabulary.
     */
    static char[] sorted() {
        char[] sorted = CHARACTERS.clone();
        Arrays.sort(sorted);
        return sorted;
    }

    /** Returns the bytes of a piece; a character outside the alphabet represents its own UTF-8. */
    static byte[] decode(String piece) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(piece.length());
        piece.codePoints()
                .forEach(
                        c -> {
                            if (c < BYTES.length && BYTES[c] >= 0) {
                                bytes.write(BYTES[c]);
                            } else {
                                bytes.writeBytes(
                                        Character.toString(c).getBytes(StandardCharsets.UTF_8));
                            }
                        });
        return bytes.toByteArray();
    }

    private static char[] characters() {
        char[] characters = new char[256];
        char next = 0x100;
        for (int b = 0; b < characters.length; b++) {
            boolean printable =
                    (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || (b >= 0xAE && b <= 0xFF);
            characters[b] = printable ? (char) b : next++;
        }
        return characters;
    }

    private static int[] bytes() {
        int last = 0;
        for (char c : CHARACTERS) {
            last = Math.max(last, c);
        }
        int[] bytes = new int[last + 1];
        Arrays.fill(bytes, -1);
        for (int b = 0; b < CHARACTERS.length; b++) {
            bytes[CHARACTERS[b]] = b;
        }
        return bytes;
    }
}
