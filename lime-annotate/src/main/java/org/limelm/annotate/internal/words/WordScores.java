package org.limelm.annotate.internal.words;

import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.limelm.annotate.internal.cache.WordCache;
import org.limelm.annotate.internal.classifier.Classification;
import org.limelm.annotate.internal.classifier.Feature;
import org.limelm.annotate.internal.classifier.LinearModel;

/**
 * What the most recent words say on their own about tags, theirs and those of the words around
 * them: sums of a classifier's weights. For use by one thread. N is the number of tags.
 */
public final class WordScores {
    private static final int CACHED_WORDS = 1 << 13;
    private static final int MAX_CACHED_CHARS = 64;

    /**
     * The scores of a word, N each.
     *
     * @param own about its own tag
     * @param before1 about the tag of the next word
     * @param before2 about the tag of the word after the next
     * @param after1 about the tag of the previous word
     * @param after2 about the tag of the word before the previous
     */
    @SuppressWarnings("ArrayRecordComponent") // columns, never compared
    public record Scores(
            float[] own, float[] before1, float[] before2, float[] after1, float[] after2) {}

    private final Classification classification;
    private final boolean bothSides;
    private final float[] nothing;
    private final TagFeatures features = new TagFeatures();
    private final WordCache<Scores> cache = new WordCache<>(CACHED_WORDS);

    private WordScores(LinearModel model, boolean bothSides) {
        this.classification = new Classification(model);
        this.bothSides = bothSides;
        this.nothing = new float[model.outcomes().size()];
    }

    /** Returns the scores of a classifier that looks at words on both sides. */
    public static WordScores ofBothSides(LinearModel model) {
        return new WordScores(model, true);
    }

    /**
     * Returns the scores of a classifier that looks at previous words only: {@link Scores#after1}
     * and {@link Scores#after2} are zero.
     */
    public static WordScores ofLeftSide(LinearModel model) {
        return new WordScores(model, false);
    }

    /** Returns the scores of a word; must not be modified. */
    public Scores get(WordForms word) {
        String text = word.text();
        Scores scores = cache.get(text);
        if (scores == null) {
            scores =
                    new Scores(
                            sum(word, features::word),
                            sum(word, features::before1),
                            sum(word, features::before2),
                            bothSides ? sum(word, features::after1) : nothing,
                            bothSides ? sum(word, features::after2) : nothing);
            if (text.length() <= MAX_CACHED_CHARS) {
                cache.put(text, scores);
            }
        }
        return scores;
    }

    private float[] sum(WordForms word, BiConsumer<WordForms, Consumer<Feature>> group) {
        classification.clear();
        group.accept(word, classification);
        return classification.sums();
    }
}
