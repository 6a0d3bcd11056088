package org.limelm.annotate.causal;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * All that a causal tagger knows: the word so far, the two words before it with the tags they ended
 * with, how the word was separated from them, and which entity tag a form had before in the
 * document. It grows to the right and is never revised.
 */
public final class LeftContext {
    /** Tag and form of what stands before the first word. */
    static final String NOTHING = "*";

    private static final Set<String> TERMINALS =
            Set.of(".", "!", "?", "...", "…", "!!", "?!", "??");
    private static final Set<String> CLOSERS = Set.of("\"", "''", "”", "’", "'", ")", "]", "-RRB-");

    /** How the current word is separated from the one before. */
    enum Gap {
        /** It begins the document. */
        DOCUMENT("D"),
        /** An empty line lies between. */
        PARAGRAPH("P"),
        /** White space after the end of a sentence. */
        SENTENCE("S"),
        /** White space. */
        SPACE("W"),
        /** Nothing lies between. */
        ATTACHED("A");

        private final String code;

        Gap(String code) {
            this.code = code;
        }

        /** Returns the letter that stands for it in features. */
        String code() {
            return code;
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
     * @param attached whether it follows the word before without white space
     * @param paragraph whether an empty line lies between
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

    /** Returns the length of the word so far in UTF-16 units. */
    int length() {
        return word.length();
    }

    /** Returns how many chunks make up the word so far. */
    int chunks() {
        return chunks;
    }

    Gap gap() {
        return gap;
    }

    /** Returns the last finished word. */
    String word1() {
        return word1;
    }

    /** Returns the word before the last finished one. */
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

    /** Returns the entity tag that this form had last in the document, or {@link #NOTHING}. */
    String earlierEntity(String form) {
        return entityOfForm.getOrDefault(form, NOTHING);
    }
}
