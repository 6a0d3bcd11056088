package org.limelm.train.generation;

/** Maps token ids of a subword tokenizer to bytes. */
@FunctionalInterface
public interface PieceBytes {
    /** Returns the UTF-8 bytes of a piece; empty for a special token such as the end of text. */
    byte[] of(int token);
}
