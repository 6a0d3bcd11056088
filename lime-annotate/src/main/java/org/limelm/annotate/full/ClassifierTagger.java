package org.limelm.annotate.full;

import org.limelm.annotate.internal.classifier.Classification;
import org.limelm.annotate.internal.words.SentenceFeatures;
import org.limelm.annotate.internal.words.TagTransitions;
import org.limelm.annotate.internal.words.WordScores;

/**
 * Decides the tags of a sentence from left to right: each is the classifier's best outcome given
 * the previous ones, and is never revised.
 */
final class ClassifierTagger implements SentenceTagger {
    private final ClassifierTaggerModel model;
    private final Classification classification;
    private final SentenceFeatures features;
    private final WordScores scores;
    private final boolean entities;

    ClassifierTagger(ClassifierTaggerModel model) {
        this.model = model;
        this.entities = model.kind() == TagTransitions.Kind.ENTITIES;
        this.classification = new Classification(model.classifier());
        this.features = new SentenceFeatures(model.clusters(), entities);
        this.scores = WordScores.ofBothSides(model.classifier());
    }

    @Override
    public void startDocument() {
        features.startDocument();
    }

    @Override
    public String[] tag(String[] words) {
        String[] tags = new String[words.length];
        features.startSentence(words);
        int tag = -1;
        for (int i = 0; i < words.length; i++) {
            features.next(scores, classification);
            tag = classification.best(model.transitions().after(tag));
            tags[i] = model.classifier().outcomes().get(tag);
            features.tagged(tags[i]);
        }
        return entities ? bio(tags) : tags;
    }

    /** Replaces the ends of entities: {@code L-TYPE} by I-TYPE, {@code U-TYPE} by B-TYPE. */
    private static String[] bio(String[] tags) {
        for (int i = 0; i < tags.length; i++) {
            if (tags[i].startsWith("L-")) {
                tags[i] = "I-" + tags[i].substring(2);
            } else if (tags[i].startsWith("U-")) {
                tags[i] = "B-" + tags[i].substring(2);
            }
        }
        return tags;
    }
}
