package org.limelm.train.generation;

/** What a token id stands for, as a subword tokenizer knows it. */
@FunctionalInterface
public interface PieceBytes {
    /** Returns the UTF-8 bytes of a piece; none for a special token such as the end of text. */
    byte[] of(int token);
}
