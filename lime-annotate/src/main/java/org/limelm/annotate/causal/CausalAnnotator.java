package org.limelm.annotate.causal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import opennlp.tools.util.StringUtil;
import org.limelm.annotate.annotator.IncrementalAnnotator;
import org.limelm.annotate.annotator.TagIds;
import org.limelm.annotate.annotator.WordSoFar;
import org.limelm.annotate.internal.classifier.Classification;
import org.limelm.annotate.internal.classifier.LinearModel;
import org.limelm.annotate.internal.words.TagTransitions;
import org.limelm.annotate.internal.words.WordScores;
import org.limelm.core.text.Utf8Stream;

/**
 * Tags text piece by piece, using only the left context: decides whether a word begins, which part
 * of speech the word so far has, and which entity it belongs to. Each decision is the classifier's
 * best outcome and is never revised.
 */
public final class CausalAnnotator implements IncrementalAnnotator {
    private static final String OUTSIDE = TagTransitions.OUTSIDE;

    /**
     * A longer run without whitespace is split, in UTF-16 code units, so that the time per piece is
     * bounded.
     */
    private static final int MAX_WORD_CHARS = 200;

    /** A classifier of tags and what it says about single words. */
    private record Tags(Classification classification, WordScores scores) {
        static Tags of(LinearModel model) {
            return new Tags(new Classification(model), WordScores.ofLeftSide(model));
        }
    }

    private final CausalModels models;
    private final TagIds tags;
    private final CausalFeatures features;
    private final Classification boundary;
    private final Optional<Tags> posTags;
    private final Optional<Tags> entities;
    private final List<String> entityTags;
    private final TagTransitions transitions;
    private LeftContext context = new LeftContext();
    private Utf8Stream tail = new Utf8Stream();
    private boolean inWord;
    private int newlines;
    private String pos = LeftContext.NOTHING;
    private String entity = OUTSIDE;
    private List<WordSoFar> words = List.of();

    /**
     * Creates an annotator at the start of a document.
     *
     * @param tags maps outcomes to tag ids
     */
    public CausalAnnotator(CausalModels models, TagIds tags) {
        this.models = models;
        this.tags = tags;
        this.features = new CausalFeatures(models.clusters());
        this.boundary = new Classification(models.boundary());
        this.posTags = models.pos().map(Tags::of);
        this.entities = models.entity().map(Tags::of);
        this.entityTags = models.entity().map(LinearModel::outcomes).orElse(List.of(OUTSIDE));
        this.transitions = new TagTransitions(entityTags, TagTransitions.Kind.ENTITIES);
    }

    @Override
    public void reset() {
        context = new LeftContext();
        tail = new Utf8Stream();
        inWord = false;
        newlines = 0;
        pos = LeftContext.NOTHING;
        entity = OUTSIDE;
        words = List.of();
    }

    @Override
    public CausalAnnotator fork() {
        CausalAnnotator fork = new CausalAnnotator(models, tags);
        fork.context = context.copy();
        fork.tail = tail.fork();
        fork.inWord = inWord;
        fork.newlines = newlines;
        fork.pos = pos;
        fork.entity = entity;
        fork.words = words;
        return fork;
    }

    /** Returns the words that the last piece began or continued, in order; empty if none. */
    public List<WordSoFar> words() {
        return words;
    }

    @Override
    public int[] push(byte[] piece) {
        words = List.of();
        if (piece.length == 0) {
            return new int[tags.features()];
        }
        String text = tail.push(piece);
        int end = text.length();
        boolean word = text.isEmpty() && inWord; // a part of a character inside a word
        if (word) {
            addWord(context.wordSoFar(false));
        }
        for (int i = 0; i < end; ) {
            if (StringUtil.isWhitespace(text.charAt(i))) {
                endWord();
                newlines += text.charAt(i) == '\n' ? 1 : 0;
                i++;
            } else {
                int from = i;
                while (i < end && !StringUtil.isWhitespace(text.charAt(i))) {
                    i++;
                }
                chunk(text.substring(from, i));
                word = true;
            }
        }
        return word ? tags.of(pos, entity) : new int[tags.features()];
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
        pos = posTags.map(this::bestPos).orElse(LeftContext.NOTHING);
        entity = entities.map(this::bestEntity).orElse(OUTSIDE);
        addWord(context.wordSoFar(context.chunks() == 1));
    }

    private void addWord(WordSoFar word) {
        if (words.isEmpty()) {
            words = List.of(word); // almost always the only one
        } else {
            words = new ArrayList<>(words);
            words.add(word);
        }
    }

    private boolean begins(String chunk) {
        boundary.clear();
        features.boundary(context, chunk, boundary);
        return boundary.best().equals(CausalModels.BEGIN);
    }

    private String bestPos(Tags tags) {
        Classification classification = tags.classification();
        features.pos(context, tags.scores(), classification);
        return classification.best();
    }

    /** Returns the best tag that may follow the previous one: I-X may only follow B-X or I-X. */
    private String bestEntity(Tags tags) {
        Classification classification = tags.classification();
        features.entity(context, tags.scores(), classification);
        return entityTags.get(classification.best(transitions.after(context.entity1())));
    }

    private void endWord() {
        if (inWord) {
            context.endWord(pos, entity);
            inWord = false;
        }
    }
}
