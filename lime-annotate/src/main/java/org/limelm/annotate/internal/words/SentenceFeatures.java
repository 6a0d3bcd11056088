package org.limelm.annotate.internal.words;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.limelm.annotate.internal.classifier.Classification;
import org.limelm.annotate.internal.classifier.Feature;
import org.limelm.annotate.internal.classifier.Form;

/**
 * The features of the words of a sentence, whose tags are decided from left to right, in training
 * and in annotation. For use by one thread.
 */
public final class SentenceFeatures {
    private static final String BEFORE = "<s>";
    private static final String AFTER = "</s>";
    private static final int AROUND = 2; // words on either side
    private static final Form ANYWHERE = Form.of("");
    private static final Form BEGINNING = Form.of("^");
    private static final Form CAPITALS = Form.of("A");
    private static final String NO_TAG = "*";

    private final boolean remember;
    private final WordFormCache cache;
    private final TagFeatures features = new TagFeatures();
    private final Map<String, Form> tags = new HashMap<>();
    private final EarlierTags<Form> earlier = new EarlierTags<>();
    private WordForms[] words = {};
    private Form[] places = {};
    private Form tag1 = tag(NO_TAG);
    private Form tag2 = tag(NO_TAG);
    private int at;

    /**
     * Creates features.
     *
     * @param remember whether the last tag of the same form in the document is a feature
     */
    public SentenceFeatures(WordClusters clusters, boolean remember) {
        this.cache = new WordFormCache(clusters);
        this.remember = remember;
    }

    /** Forgets the previous document. */
    public void startDocument() {
        earlier.clear();
    }

    /** Begins a sentence. */
    public void startSentence(String[] sentence) {
        words = new WordForms[sentence.length + 2 * AROUND];
        for (int i = 0; i < AROUND; i++) {
            words[i] = cache.get(BEFORE);
            words[words.length - 1 - i] = cache.get(AFTER);
        }
        for (int i = 0; i < sentence.length; i++) {
            words[i + AROUND] = cache.get(sentence[i]);
        }
        places = places(sentence);
        tag1 = tag(NO_TAG);
        tag2 = tag(NO_TAG);
        at = 0;
    }

    /** Passes on the features of the next word. */
    public void next(Consumer<Feature> out) {
        features.word(word(0), out);
        features.before1(word(-1), out);
        features.before2(word(-2), out);
        features.after1(word(1), out);
        features.after2(word(2), out);
        pairs(out);
    }

    /** Adds up the features of the next word. */
    public void next(WordScores scores, Classification classification) {
        classification.clear();
        classification.add(scores.get(word(0)).own());
        classification.add(scores.get(word(-1)).before1());
        classification.add(scores.get(word(-2)).before2());
        classification.add(scores.get(word(1)).after1());
        classification.add(scores.get(word(2)).after2());
        pairs(classification);
    }

    /** Passes on the features that several words or tags are part of. */
    private void pairs(Consumer<Feature> out) {
        features.tagged(word(0), places[at], tag1, tag2, out);
        features.pair(word(-1), word(0), out);
        features.before(word(-1), word(-2), tag2, out);
        features.right(word(0), word(-1), word(1), word(2), tag1, out);
        if (remember) {
            features.earlier(earlier.get(word(0).word().toString(), tag(NO_TAG)), out);
        }
    }

    private WordForms word(int offset) {
        return words[at + AROUND + offset];
    }

    /** Ends the word with its tag. */
    public void tagged(String tag) {
        String form = words[at + AROUND].word().toString();
        tag2 = tag1;
        tag1 = tag(tag);
        if (remember) {
            earlier.put(form, tag1);
        }
        at++;
    }

    private Form tag(String tag) {
        return tags.computeIfAbsent(tag, Form::of);
    }

    /**
     * Returns where words are: at the beginning of the sentence, where a capital says little, in a
     * sentence of capitals, where it says nothing, or anywhere else.
     */
    private static Form[] places(String[] words) {
        int capitals = 0;
        int others = 0;
        for (String word : words) {
            if (word.chars().anyMatch(Character::isLowerCase)) {
                others++;
            } else if (word.chars().anyMatch(Character::isUpperCase)) {
                capitals++;
            }
        }
        boolean allCapitals = words.length > 1 && capitals > others;
        Form[] places = new Form[words.length];
        for (int i = 0; i < words.length; i++) {
            boolean begins =
                    i == 0 || (i == 1 && !Character.isLetterOrDigit(words[0].codePointAt(0)));
            places[i] = allCapitals ? CAPITALS : begins ? BEGINNING : ANYWHERE;
        }
        return places;
    }
}
