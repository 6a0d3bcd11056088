package org.limelm.annotate.causal;

import java.util.Arrays;
import opennlp.tools.util.StringUtil;
import org.limelm.annotate.annotator.IncrementalAnnotator;
import org.limelm.annotate.annotator.TagIds;
import org.limelm.annotate.internal.classifier.Classification;
import org.limelm.core.metadata.Feature;
import org.limelm.core.text.Utf8Stream;

/**
 * Tags text piece by piece, using only the left context: decides whether a word begins, which part
 * of speech the word so far has, and which entity it belongs to. Each decision is the classifier's
 * best outcome and is never revised.
 */
public final class CausalAnnotator implements IncrementalAnnotator {
    private static final String OUTSIDE = "O";
    private static final int FEATURES = 2;

    /**
     * A longer run without whitespace is split, in UTF-16 code units, so that the time per piece is
     * bounded.
     */
    private static final int MAX_WORD_CHARS = 200;

    private final CausalModels models;
    private final TagIds tags;
    private final CausalFeatures features = new CausalFeatures();
    private final Classification boundary;
    private final Classification posTags;
    private final Classification entities;
    private LeftContext context = new LeftContext();
    private Utf8Stream tail = new Utf8Stream();
    private boolean inWord;
    private int newlines;
    private String pos = LeftContext.NOTHING;
    private String entity = OUTSIDE;

    /**
     * Creates an annotator at the start of a document.
     *
     * @param tags maps outcomes to tag ids
     */
    public CausalAnnotator(CausalModels models, TagIds tags) {
        this.models = models;
        this.tags = tags;
        this.boundary = new Classification(models.boundary());
        this.posTags = new Classification(models.pos());
        this.entities = new Classification(models.entity());
    }

    @Override
    public void reset() {
        context = new LeftContext();
        tail = new Utf8Stream();
        inWord = false;
        newlines = 0;
        pos = LeftContext.NOTHING;
        entity = OUTSIDE;
    }

    @Override
    public IncrementalAnnotator fork() {
        CausalAnnotator fork = new CausalAnnotator(models, tags);
        fork.context = context.copy();
        fork.tail = tail.fork();
        fork.inWord = inWord;
        fork.newlines = newlines;
        fork.pos = pos;
        fork.entity = entity;
        return fork;
    }

    @Override
    public int[] push(byte[] piece) {
        if (piece.length == 0) {
            return none();
        }
        String text = tail.push(piece);
        int end = text.length();
        boolean word = text.isEmpty() && inWord; // a part of a character inside a word
        for (int i = 0; i < end; ) {
            if (StringUtil.isWhitespace(text.charAt(i))) {
                endWord();
                newlines += text.charAt(i) == '\n' ? 1 : 0;
                i++;
                word = false;
            } else {
                int from = i;
                while (i < end && !StringUtil.isWhitespace(text.charAt(i))) {
                    i++;
                }
                chunk(text.substring(from, i));
                word = true;
            }
        }
        return word ? new int[] {tags.pos(pos), tags.entity(entity)} : none();
    }

    /** Appends characters to the current word, or begins a new one. */
    private void chunk(String chunk) {
        if (!inWord) {
            context.beginWord(false, newlines > 1);
        } else if (context.length() > MAX_WORD_CHARS || begins(chunk)) {
            context.endWord(pos, entity);
            context.beginWord(true, false);
        }
        inWord = true;
        newlines = 0;
        context.append(chunk);
        pos = bestPos();
        entity = bestEntity();
    }

    private boolean begins(String chunk) {
        boundary.clear();
        features.boundary(context, chunk, boundary);
        return boundary.best().equals(CausalModels.BEGIN);
    }

    private String bestPos() {
        posTags.clear();
        features.pos(context, posTags);
        return posTags.best();
    }

    /** Returns the best tag that may follow the previous one: I-X may only follow B-X or I-X. */
    private String bestEntity() {
        entities.clear();
        features.entity(context, entities);
        String before = context.entity1();
        String best = entities.best();
        return mayFollow(before, best)
                ? best
                : entities.best(tag -> mayFollow(before, tag), OUTSIDE);
    }

    private static boolean mayFollow(String before, String tag) {
        return !tag.startsWith("I-")
                || (before.length() == tag.length()
                        && before.charAt(1) == '-'
                        && before.regionMatches(2, tag, 2, tag.length() - 2));
    }

    private void endWord() {
        if (inWord) {
            context.endWord(pos, entity);
            inWord = false;
        }
    }

    private static int[] none() {
        int[] none = new int[FEATURES];
        Arrays.fill(none, Feature.NONE_ID);
        return none;
    }
}
