package org.limelm.train.serve;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.limelm.annotate.subword.SubwordTokenizer;

/** Tokens as strings of an answer. */
record TokenText(SubwordTokenizer tokenizer) {
    /**
     * Returns the text of a token. A token that is not whole characters is {@code bytes:\xe2\x80},
     * as in OpenAI's API; the end of text is its name, and other ids without bytes are empty.
     */
    String of(int id) {
        if (id == tokenizer.endOfTextId()) {
            return tokenizer.endOfText();
        }
        byte[] bytes = bytes(id);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            StringBuilder text = new StringBuilder("bytes:");
            for (byte value : bytes) {
                text.append(String.format(Locale.ROOT, "\\x%02x", value & 0xFF));
            }
            return text.toString();
        }
    }

    /** Returns the bytes of a token; none for ids that only pad the model's vocabulary. */
    byte[] bytes(int id) {
        return id < tokenizer.vocabularySize() ? tokenizer.pieceBytes(id) : new byte[0];
    }
}
