package org.limelm.annotate.causal;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.limelm.annotate.internal.classifier.Classification;
import org.limelm.annotate.internal.classifier.Feature;
import org.limelm.annotate.internal.classifier.Form;
import org.limelm.annotate.internal.words.TagFeatures;
import org.limelm.annotate.internal.words.WordClusters;
import org.limelm.annotate.internal.words.WordFormCache;
import org.limelm.annotate.internal.words.WordForms;
import org.limelm.annotate.internal.words.WordScores;

/**
 * The features of the causal classifiers, in training and in annotation. Each depends only on the
 * text up to the end of the current piece.
 *
 * <p>A feature is passed to a consumer as the concatenation of its parts and is valid only during
 * the call. For use by one thread.
 */
public final class CausalFeatures {
    private static final Form BAR = Form.of("|");
    private static final Form[] COUNTS = counts(5);

    private final WordFormCache words;
    private final TagFeatures features = new TagFeatures();
    private final Map<String, Form> tags = new HashMap<>();
    private final Feature feature = new Feature();

    /** Creates features. */
    public CausalFeatures(WordClusters clusters) {
        this.words = new WordFormCache(clusters);
    }

    /**
     * Passes on the features that decide whether a piece that follows a word without whitespace
     * continues it or begins a new one.
     *
     * @param context ends with the word so far
     * @param chunk the piece
     */
    public void boundary(LeftContext context, String chunk, Consumer<Feature> out) {
        WordForms word = words.get(context.word());
        WordForms next = words.get(chunk);
        Form last = word.word().last(1);
        Form last3 = word.word().last(3);
        Form first = next.word().first(1);
        Form classes =
                Form.of(WordForms.shape(last.toString()) + WordForms.shape(first.toString()));
        Form gap = context.gap().form();
        out.accept(feature.of(Name.W).with(word.word()));
        out.accept(feature.of(Name.LW).with(word.lower()));
        out.accept(feature.of(Name.C).with(next.word()));
        out.accept(feature.of(Name.WC).with(word.lower()).with(BAR).with(next.lower()));
        out.accept(feature.of(Name.L).with(last));
        out.accept(feature.of(Name.F).with(first));
        out.accept(feature.of(Name.LF).with(last).with(first));
        out.accept(feature.of(Name.L2).with(word.word().last(2)));
        out.accept(feature.of(Name.L3).with(last3));
        out.accept(feature.of(Name.L3F).with(last3).with(first));
        out.accept(feature.of(Name.K).with(classes));
        out.accept(feature.of(Name.KC).with(classes).with(BAR).with(next.word()));
        out.accept(feature.of(Name.SW).with(word.shape()));
        out.accept(feature.of(Name.SC).with(next.shape()));
        out.accept(feature.of(Name.SWC).with(word.shape()).with(BAR).with(next.shape()));
        out.accept(
                feature.of(Name.W1).with(words.get(context.word1()).lower()).with(BAR).with(gap));
        out.accept(feature.of(Name.G).with(gap).with(classes));
        out.accept(feature.of(COUNTS[Math.min(context.chunks(), 4)]));
    }

    /** Passes on the features for the part of speech of the word so far. */
    public void pos(LeftContext context, Consumer<Feature> out) {
        all(context, context.place(), tag(context.pos1()), tag(context.pos2()), out);
    }

    /** Passes on the features for the entity tag of the word so far. */
    public void entity(LeftContext context, Consumer<Feature> out) {
        Form place = context.placeInSentence();
        all(context, place, tag(context.entity1()), tag(context.entity2()), out);
        features.earlier(tag(context.earlierEntity(context.word())), out);
    }

    private void all(LeftContext context, Form place, Form tag1, Form tag2, Consumer<Feature> out) {
        WordForms word = words.get(context.word());
        WordForms word1 = words.get(context.word1());
        WordForms word2 = words.get(context.word2());
        features.word(word, out);
        features.before1(word1, out);
        features.before2(word2, out);
        pairs(word, word1, word2, place, tag1, tag2, out);
    }

    private void pairs(
            WordForms word,
            WordForms word1,
            WordForms word2,
            Form place,
            Form tag1,
            Form tag2,
            Consumer<Feature> out) {
        features.tagged(word, place, tag1, tag2, out);
        features.pair(word1, word, out);
        features.before(word1, word2, tag2, out);
    }

    /** Adds up the features of {@link #pos}. */
    void pos(LeftContext context, WordScores scores, Classification classification) {
        Form tag1 = tag(context.pos1());
        Form tag2 = tag(context.pos2());
        all(context, context.place(), tag1, tag2, scores, classification);
    }

    /** Adds up the features of {@link #entity}. */
    void entity(LeftContext context, WordScores scores, Classification classification) {
        Form tag1 = tag(context.entity1());
        Form tag2 = tag(context.entity2());
        all(context, context.placeInSentence(), tag1, tag2, scores, classification);
        features.earlier(tag(context.earlierEntity(context.word())), classification);
    }

    private void all(
            LeftContext context,
            Form place,
            Form tag1,
            Form tag2,
            WordScores scores,
            Classification classification) {
        WordForms word = words.get(context.word());
        WordForms word1 = words.get(context.word1());
        WordForms word2 = words.get(context.word2());
        classification.clear();
        classification.add(scores.get(word).own());
        classification.add(scores.get(word1).before1());
        classification.add(scores.get(word2).before2());
        pairs(word, word1, word2, place, tag1, tag2, classification);
    }

    private Form tag(String tag) {
        return tags.computeIfAbsent(tag, Form::of);
    }

    private static Form[] counts(int count) {
        Form[] forms = new Form[count];
        for (int i = 0; i < count; i++) {
            forms[i] = Form.of("n=" + i);
        }
        return forms;
    }

    /** The names of the features, which are their first parts. */
    private static final class Name {
        static final Form C = Form.of("c=");
        static final Form F = Form.of("f=");
        static final Form G = Form.of("g=");
        static final Form K = Form.of("k=");
        static final Form KC = Form.of("kc=");
        static final Form L = Form.of("l=");
        static final Form L2 = Form.of("l2=");
        static final Form L3 = Form.of("l3=");
        static final Form L3F = Form.of("l3f=");
        static final Form LF = Form.of("lf=");
        static final Form LW = Form.of("lw=");
        static final Form SC = Form.of("sc=");
        static final Form SW = Form.of("sw=");
        static final Form SWC = Form.of("swc=");
        static final Form W = Form.of("w=");
        static final Form W1 = Form.of("w1=");
        static final Form WC = Form.of("wc=");
    }
}
