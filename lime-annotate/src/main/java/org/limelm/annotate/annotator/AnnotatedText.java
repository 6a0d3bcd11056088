package org.limelm.annotate.annotator;

import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.limelm.core.text.DocumentFields;
import org.limelm.core.text.LinguisticToken;

/**
 * A text with its words, sentences and subword pieces, as taggers of whole texts see it. Immutable,
 * for use by one thread.
 *
 * <p>In mode {@code full} it is a document. In mode {@code prefix} it is the text up to a piece:
 * the paragraph so far, at most its last 2,000 UTF-16 code units, of which only the last sentence
 * is split into words.
 */
public final class AnnotatedText {
    /** Index of a piece that belongs to no word. */
    public static final int NO_WORD = -1;

    private final String text;
    private final List<LinguisticToken> words;
    private final int[] pieceEnds;
    private final int[] wordOfPiece;
    private final Supplier<List<TextSpan>> sentences;
    private final DocumentFields fields;
    private @Nullable List<TextSpan> foundSentences;

    /**
     * Creates a view of a text.
     *
     * @param words its linguistic tokens, in order
     * @param pieceEnds index after the last UTF-16 code unit that each piece completes, n
     * @param wordOfPiece index into the words, or {@link #NO_WORD}, n
     * @param sentences finds the sentences, which not every tagger needs
     * @param fields fields of the document's record
     */
    public AnnotatedText(
            String text,
            List<LinguisticToken> words,
            int[] pieceEnds,
            int[] wordOfPiece,
            Supplier<List<TextSpan>> sentences,
            DocumentFields fields) {
        this.text = text;
        this.words = List.copyOf(words);
        this.pieceEnds = pieceEnds;
        this.wordOfPiece = wordOfPiece;
        this.sentences = sentences;
        this.fields = fields;
    }

    /** Returns the text. */
    public String text() {
        return text;
    }

    /** Returns the words (linguistic tokens), in order. */
    public List<LinguisticToken> words() {
        return words;
    }

    /** Returns the characters of a word. */
    public String word(int word) {
        LinguisticToken token = words.get(word);
        return text.substring(token.start(), token.end());
    }

    /** Returns the sentences, in order, without whitespace at their ends. */
    public List<TextSpan> sentences() {
        if (foundSentences == null) {
            foundSentences = sentences.get();
        }
        return foundSentences;
    }

    /**
     * Returns the fields of the document's record that its features read; none for a text that does
     * not come from a corpus.
     */
    public DocumentFields fields() {
        return fields;
    }

    /** Returns the number of pieces n. */
    public int pieces() {
        return pieceEnds.length;
    }

    /** Returns the index of the word that a piece belongs to, or {@link #NO_WORD}. */
    public int wordOfPiece(int piece) {
        return wordOfPiece[piece];
    }

    /**
     * Returns the characters that a piece completes. A character of several pieces counts for the
     * last of them; the span of the others is empty.
     */
    public TextSpan piece(int piece) {
        return new TextSpan(piece == 0 ? 0 : pieceEnds[piece - 1], pieceEnds[piece]);
    }

    /**
     * Returns a tag for each piece: that of its word, or NONE.
     *
     * @param tagOfWord tag id by index of the word
     * @return n tag ids
     */
    public int[] tagWords(IntUnaryOperator tagOfWord) {
        int[] tags = new int[pieceEnds.length]; // NONE is 0
        int known = NO_WORD;
        int tag = 0;
        for (int i = 0; i < tags.length; i++) {
            int word = wordOfPiece[i];
            if (word != NO_WORD) {
                tag = word == known ? tag : tagOfWord.applyAsInt(word);
                known = word;
                tags[i] = tag;
            }
        }
        return tags;
    }
}
