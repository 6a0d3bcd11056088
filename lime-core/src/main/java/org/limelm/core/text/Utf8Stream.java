package org.limelm.core.text;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Decodes UTF-8 incrementally: bytes are pushed piece by piece, and complete characters are
 * returned. Invalid bytes become U+FFFD as soon as no continuation could complete them.
 */
public final class Utf8Stream {
    private final CharsetDecoder decoder =
            StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPLACE)
                    .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private byte[] pending = {};

    /** Creates a stream at the start of a text. */
    public Utf8Stream() {}

    /**
     * Appends bytes.
     *
     * @return the characters that these bytes complete; never half a surrogate pair
     */
    public String push(byte[] bytes) {
        ByteBuffer in = ByteBuffer.allocate(pending.length + bytes.length);
        in.put(pending).put(bytes).flip();
        CharBuffer out = CharBuffer.allocate(in.remaining() + 1);
        decoder.reset().decode(in, out, false);
        pending = new byte[in.remaining()];
        in.get(pending);
        return out.flip().toString();
    }

    /** Ends the text; returns U+FFFD if it stops inside a character, otherwise the empty string. */
    public String finish() {
        String rest = pending.length == 0 ? "" : "\uFFFD";
        pending = new byte[0];
        return rest;
    }

    /** Returns whether the bytes so far end inside a character. */
    public boolean isInsideCharacter() {
        return pending.length > 0;
    }

    /** Returns an independent copy of the current state. */
    public Utf8Stream fork() {
        Utf8Stream copy = new Utf8Stream();
        copy.pending = pending.clone();
        return copy;
    }
}
