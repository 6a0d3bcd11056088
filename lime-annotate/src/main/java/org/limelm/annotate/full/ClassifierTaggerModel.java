package org.limelm.annotate.full;

import java.util.Set;
import java.util.TreeSet;
import org.limelm.annotate.internal.classifier.LinearModel;
import org.limelm.annotate.internal.words.TagTransitions;
import org.limelm.annotate.internal.words.WordClusters;

/**
 * A classifier that decides the tags of a sentence from left to right.
 *
 * @param classifier its outcomes are parts of speech, or {@code O}, {@code B-}, {@code I-}, {@code
 *     L-} and {@code U-TYPE}
 * @param clusters the clusters of its features
 * @param kind the kind of its tags
 * @param transitions which tags may follow which
 */
public record ClassifierTaggerModel(
        LinearModel classifier,
        WordClusters clusters,
        TagTransitions.Kind kind,
        TagTransitions transitions)
        implements SentenceTaggerModel {
    /** Creates a model of parts of speech or entities. */
    public static ClassifierTaggerModel of(
            LinearModel classifier, WordClusters clusters, TagTransitions.Kind kind) {
        return new ClassifierTaggerModel(
                classifier, clusters, kind, new TagTransitions(classifier.outcomes(), kind));
    }

    @Override
    public Set<String> tags() {
        if (kind == TagTransitions.Kind.INDEPENDENT) {
            return Set.copyOf(classifier.outcomes());
        }
        Set<String> types = new TreeSet<>();
        for (String outcome : classifier.outcomes()) {
            if (!outcome.equals(TagTransitions.OUTSIDE)) {
                types.add(outcome.substring(2));
            }
        }
        return types;
    }

    @Override
    public SentenceTagger newTagger() {
        return new ClassifierTagger(this);
    }
}
