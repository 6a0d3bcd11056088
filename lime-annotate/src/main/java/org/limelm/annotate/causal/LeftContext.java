package org.limelm.annotate.causal;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.limelm.annotate.annotator.WordSoFar;
import org.limelm.annotate.internal.classifier.Form;

/**
 * The context of a causal tagger: the word so far, the two previous words with their final tags,
 * the gap before the word, and the last entity tag of each form in the document. It is only
 * appended to, never revised.
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

        Gap(String code) {
            this.form = Form.of(code);
        }

        /** Returns the letter that represents it in features. */
        Form form() {
            return form;
        }
    }

    private final StringBuilder word = new StringBuilder();
    private final Map<String, String> entityOfForm = new HashMap<>();
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
        copy.entityOfForm.putAll(entityOfForm);
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
        word.setLength(0);
        chunks = 0;
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
        chunks++;
    }

    /** Ends the current word with the tags of its last piece. */
    public void endWord(String pos, String entity) {
        String form = word.toString();
        if (TERMINALS.contains(form)) {
            afterSentenceEnd = true;
        } else if (!CLOSERS.contains(form)) {
            afterSentenceEnd = false;
        }
        if (Character.isUpperCase(form.codePointAt(0))) {
            entityOfForm.put(form, entity);
        }
        word2 = word1;
        word1 = form;
        pos2 = pos1;
        pos1 = pos;
        entity2 = entity1;
        entity1 = entity;
        word.setLength(0);
        chunks = 0;
    }

    /** Returns the word so far; empty between words. */
    String word() {
        return word.toString();
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

    /**
     * Returns the current word as taggers of other features see it.
     *
     * @param begins whether it begins in the current piece
     */
    WordSoFar wordSoFar(boolean begins) {
        boolean starts = gap != Gap.ATTACHED && gap != Gap.SPACE;
        return new WordSoFar(word(), begins, gap == Gap.ATTACHED, starts);
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

    String entity1() {
        return entity1;
    }

    String entity2() {
        return entity2;
    }

    /** Returns the most recent entity tag of this form in the document, or {@link #NOTHING}. */
    String earlierEntity(String form) {
        return entityOfForm.getOrDefault(form, NOTHING);
    }
}
