package org.limelm.annotate.opennlp;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import opennlp.tools.namefind.BilouCodec;
import opennlp.tools.namefind.TokenNameFinder;
import opennlp.tools.util.Span;
import opennlp.tools.util.StringUtil;
import opennlp.tools.util.featuregen.FeatureGeneratorUtil;
import org.jspecify.annotations.Nullable;
import org.limelm.annotate.internal.cache.WordCache;
import org.limelm.annotate.internal.classifier.Feature;
import org.limelm.annotate.internal.classifier.Form;
import org.limelm.annotate.internal.classifier.LinearModel;

/**
 * Finds names as OpenNLP's name finder does, but without building feature strings: the ids of a
 * word's features are cached, and the sums of a position are shared by the sequences of the beam,
 * which differ only in the features of the previous two outcomes.
 */
final class NameFinder implements TokenNameFinder {
    private static final int CACHED_WORDS = 1 << 15;
    private static final int MAX_CACHED_CHARS = 64;

    /** The rounding errors of scores are bounded for sentences of this length. */
    private static final int MAX_WORDS = 10_000;

    // positions of a word relative to the current one
    private static final int HERE = 0;
    private static final int BEFORE1 = 1;
    private static final int BEFORE2 = 2;
    private static final int AFTER1 = 3;
    private static final int AFTER2 = 4;

    /**
     * What is known about a word.
     *
     * @param form the word
     * @param kind its class
     * @param words its features by position
     * @param wordKinds its features with its class by position
     */
    @SuppressWarnings("ArrayRecordComponent") // columns, never compared
    record Word(Form form, int kind, int[] words, int[] wordKinds) {}

    private final EntityModel model;
    private final int maxWords; // of a sentence that is searched with approximate scores
    private final LinearModel scores;
    private final int prior;
    private final int begin;
    private final double[] shared; // the sums of a position without previous outcomes
    private final FastEntityBeam fast;
    private final EntityBeam exact;
    private final Feature feature = new Feature();
    private final WordCache<Word> cache = new WordCache<>(CACHED_WORDS);
    private final Map<String, Integer> lastOutcome = new HashMap<>();

    /** Creates a finder without previous names. */
    NameFinder(EntityModel model) {
        this(model, MAX_WORDS);
    }

    /** Returns a finder that always searches exactly. */
    static NameFinder exact(EntityModel model) {
        return new NameFinder(model, -1);
    }

    private NameFinder(EntityModel model, int maxWords) {
        this.model = model;
        this.maxWords = maxWords;
        this.scores = model.scores();
        this.prior = model.prior(feature);
        this.begin = model.begin(feature);
        this.shared = new double[scores.outcomes().size()];
        this.fast = new FastEntityBeam(model);
        this.exact = new EntityBeam(model);
    }

    @Override
    public void clearAdaptiveData() {
        lastOutcome.clear();
    }

    @Override
    public Span[] find(String[] words) {
        Word[] known = new Word[words.length];
        for (int i = 0; i < words.length; i++) {
            known[i] = word(words[i]);
        }
        int[] outcomes = words.length > maxWords ? exactly(words, known) : outcomes(words, known);
        boolean named = false;
        for (int i = 0; i < outcomes.length; i++) {
            lastOutcome.put(words[i], outcomes[i]);
            named |= outcomes[i] != model.other();
        }
        return named ? spans(outcomes) : new Span[0];
    }

    private int[] outcomes(String[] words, Word[] known) {
        fast.start(words.length);
        for (int i = 0; i < words.length; i++) {
            sum(words[i], known, i);
            if (!fast.extend(i, shared, known[i].form, known[i].kind)) {
                return exactly(words, known);
            }
        }
        return fast.isDecided() ? fast.best(words.length) : exactly(words, known);
    }

    private int[] exactly(String[] words, Word[] known) {
        exact.start();
        for (int i = 0; i < words.length; i++) {
            sum(words[i], known, i);
            exact.extend(shared, known[i].form, known[i].kind);
        }
        return exact.best(words.length);
    }

    /** Adds up what the previous outcomes do not change, in the order of OpenNLP's features. */
    private void sum(String text, Word[] words, int at) {
        Word word = words[at];
        Word before1 = at >= 1 ? words[at - 1] : null;
        Word before2 = at >= 2 ? words[at - 2] : null;
        Word after1 = at + 1 < words.length ? words[at + 1] : null;
        Word after2 = at + 2 < words.length ? words[at + 2] : null;
        scores.clear(shared);
        addKind(word, HERE);
        addKind(before1, BEFORE1);
        addKind(before2, BEFORE2);
        addKind(after1, AFTER1);
        addKind(after2, AFTER2);
        addWord(word, HERE);
        addWord(before1, BEFORE1);
        addWord(before2, BEFORE2);
        addWord(after1, AFTER1);
        addWord(after2, AFTER2);
        scores.add(prior, shared);
        scores.add(model.earlier(lastOutcome.getOrDefault(text, -1)), shared);
        if (before1 != null) {
            scores.add(model.wordAfter(before1.form, word.form, feature), shared);
            scores.add(model.kindAfter(before1.kind, word.kind), shared);
        }
        if (after1 != null) {
            scores.add(model.wordBefore(word.form, after1.form, feature), shared);
            scores.add(model.kindBefore(word.kind, after1.kind), shared);
        }
        if (at == 0) {
            scores.add(begin, shared);
        }
    }

    private void addKind(@Nullable Word word, int position) {
        if (word != null) {
            scores.add(model.kind(position, word.kind), shared);
            scores.add(word.wordKinds[position], shared);
        }
    }

    private void addWord(@Nullable Word word, int position) {
        if (word != null) {
            scores.add(word.words[position], shared);
        }
    }

    private Span[] spans(int[] outcomes) {
        List<String> names = Arrays.stream(outcomes).mapToObj(scores.outcomes()::get).toList();
        return new BilouCodec().decode(names);
    }

    private Word word(String text) {
        Word word = cache.get(text);
        if (word == null) {
            Form lower = Form.of(StringUtil.toLowerCase(text));
            int kind = model.classIndex(FeatureGeneratorUtil.tokenFeature(text));
            word =
                    new Word(
                            Form.of(text),
                            kind,
                            model.words(lower, feature),
                            model.wordKinds(lower, kind, feature));
            if (text.length() <= MAX_CACHED_CHARS) {
                cache.put(text, word);
            }
        }
        return word;
    }
}
