package org.limelm.annotate.causal;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.limelm.annotate.annotator.WordSoFar;
import org.limelm.annotate.internal.classifier.Form;
import org.limelm.annotate.internal.words.EarlierTags;

/**
 * The context of a causal tagger: the word so far, the two previous words with their final tags,
 * the gap before the word, and the last entity tags of capitalized forms in the document. It is
 * only appended to, never revised.
 */
public final class LeftContext {
    /** Tag and form used if there is no previous word. */
    static final String NOTHING = "*";

    private static final Set<String> TERMINALS =
            Set.of(".", "!", "?", "...", "…", "!!", "?!", "??");
    private static final Set<String> CLOSERS = Set.of("\"", "''", "”", "’", "'", ")", "]", "-RRB-");

    /** The gap between the previous word and the current one. */
    enum Gap {
        /** The word begins the document. */
        DOCUMENT("D"),
        /** An empty line. */
        PARAGRAPH("P"),
        /** Whitespace after the end of a sentence. */
        SENTENCE("S"),
        /** Whitespace. */
        SPACE("W"),
        /** No gap. */
        ATTACHED("A");

        private final Form form;
        private final Form later;

        Gap(String code) {
            this.form = Form.of(code);
            this.later = Form.of(code + "+");
        }

        /** Returns the letter that represents it in features. */
        Form form() {
            return form;
        }
    }

    private final StringBuilder word = new StringBuilder();
    private @Nullable String wordText; // of the word so far, once it is asked for
    private EarlierTags<String> earlierEntities = new EarlierTags<>();
    private int chunks;
    private Gap gap = Gap.DOCUMENT;
    private boolean atDocumentStart = true;
    private boolean afterSentenceEnd;
    private String word1 = NOTHING;
    private String word2 = NOTHING;
    private String pos1 = NOTHING;
    private String pos2 = NOTHING;
    private String entity1 = NOTHING;
    private String entity2 = NOTHING;

    /** Returns an independent copy. */
    LeftContext copy() {
        LeftContext copy = new LeftContext();
        copy.word.append(word);
        copy.earlierEntities = earlierEntities.copy();
        copy.chunks = chunks;
        copy.gap = gap;
        copy.atDocumentStart = atDocumentStart;
        copy.afterSentenceEnd = afterSentenceEnd;
        copy.word1 = word1;
        copy.word2 = word2;
        copy.pos1 = pos1;
        copy.pos2 = pos2;
        copy.entity1 = entity1;
        copy.entity2 = entity2;
        return copy;
    }

    /**
     * Begins a word.
     *
     * @param attached whether it follows the previous word without whitespace
     * @param paragraph whether an empty line separates them
     */
    public void beginWord(boolean attached, boolean paragraph) {
        clearWord();
        if (atDocumentStart) {
            gap = Gap.DOCUMENT;
        } else if (paragraph) {
            gap = Gap.PARAGRAPH;
        } else if (attached) {
            gap = Gap.ATTACHED;
        } else {
            gap = afterSentenceEnd ? Gap.SENTENCE : Gap.SPACE;
        }
        atDocumentStart = false;
    }

    /** Appends a chunk, the part of a piece that belongs to the current word. */
    public void append(String chunk) {
        word.append(chunk);
        wordText = null;
        chunks++;
    }

    private void clearWord() {
        word.setLength(0);
        wordText = null;
        chunks = 0;
    }

    /** Ends the current word with the tags of its last piece. */
    public void endWord(String pos, String entity) {
        String form = word();
        if (TERMINALS.contains(form)) {
            afterSentenceEnd = true;
        } else if (!CLOSERS.contains(form)) {
            afterSentenceEnd = false;
        }
        earlierEntities.put(form, entity);
        word2 = word1;
        word1 = form;
        pos2 = pos1;
        pos1 = pos;
        entity2 = entity1;
        entity1 = entity;
        clearWord();
    }

    /** Returns the word so far; empty between words. */
    String word() {
        String text = wordText;
        if (text == null) {
            text = word.toString();
            wordText = text;
        }
        return text;
    }

    /** Returns the length of the word so far in UTF-16 code units. */
    int length() {
        return word.length();
    }

    /** Returns the number of chunks in the word so far. */
    int chunks() {
        return chunks;
    }

    Gap gap() {
        return gap;
    }

    /** Returns the gap before the word, marked if the word has several chunks so far. */
    Form place() {
        return chunks > 1 ? gap.later : gap.form;
    }

    /**
     * Returns whether a sentence begins with the word, marked if the word has several chunks so
     * far: what {@link #place} says in training files without whitespace.
     */
    Form placeInSentence() {
        Gap known = startsSentence() ? Gap.SENTENCE : Gap.SPACE;
        return chunks > 1 ? known.later : known.form;
    }

    private boolean startsSentence() {
        return gap != Gap.ATTACHED && gap != Gap.SPACE;
    }

    /**
     * Returns the current word as taggers of other features see it.
     *
     * @param begins whether it begins in the current piece
     */
    WordSoFar wordSoFar(boolean begins) {
        return new WordSoFar(word(), begins, gap == Gap.ATTACHED, startsSentence());
    }

    /** Returns the last finished word. */
    String word1() {
        return word1;
    }

    /** Returns the finished word before {@link #word1}. */
    String word2() {
        return word2;
    }

    String pos1() {
        return pos1;
    }

    String pos2() {
        return pos2;
    }

    /** Returns the entity tag of the last finished word. */
    public String entity1() {
        return entity1;
    }

    String entity2() {
        return entity2;
    }

    /** Returns the most recent entity tag of this form in the document, or {@link #NOTHING}. */
    String earlierEntity(String form) {
        return earlierEntities.get(form, NOTHING);
    }
}
