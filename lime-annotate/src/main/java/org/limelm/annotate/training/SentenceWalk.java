package org.limelm.annotate.training;

import java.util.List;
import java.util.function.Function;
import org.limelm.annotate.internal.words.SentenceFeatures;
import org.limelm.annotate.internal.words.TagTransitions;
import org.limelm.annotate.internal.words.WordClusters;
import org.limelm.annotate.treebank.EntitySentence;
import org.limelm.annotate.treebank.TreebankSentence;
import org.limelm.annotate.treebank.TreebankToken;

/** Decides the tags of sentences from left to right, as the full annotator does. */
final class SentenceWalk {
    private final SentenceFeatures features;

    private SentenceWalk(WordClusters clusters, boolean remember) {
        this.features = new SentenceFeatures(clusters, remember);
    }

    /** Returns a walk that decides parts of speech. */
    static SequencePerceptron.Walk<TreebankSentence> pos(
            WordClusters clusters, Function<TreebankToken, String> tag) {
        SentenceWalk walk = new SentenceWalk(clusters, false);
        return (sentence, decisions) ->
                walk.accept(
                        sentence.startsDocument(),
                        sentence.forms(),
                        sentence.tokens().stream().map(tag).toList(),
                        decisions);
    }

    /** Returns a walk that decides entities. */
    static SequencePerceptron.Walk<EntitySentence> entities(WordClusters clusters) {
        SentenceWalk walk = new SentenceWalk(clusters, true);
        return (sentence, decisions) ->
                walk.accept(
                        sentence.startsDocument(),
                        sentence.words().toArray(String[]::new),
                        bilou(sentence.tags()),
                        decisions);
    }

    private void accept(
            boolean startsDocument,
            String[] words,
            List<String> tags,
            SequencePerceptron.Decisions decisions) {
        if (startsDocument) {
            features.startDocument();
        }
        features.startSentence(words);
        String previous = TagTransitions.OUTSIDE;
        for (String tag : tags) {
            features.next(decisions);
            previous = decisions.decide(tag, previous);
            features.tagged(previous);
        }
    }

    /** Marks the last word of each entity: {@code L-TYPE}, or {@code U-TYPE} if it is the only. */
    private static List<String> bilou(List<String> tags) {
        String[] bilou = new String[tags.size()];
        for (int i = 0; i < bilou.length; i++) {
            String tag = tags.get(i);
            boolean ends =
                    !tag.equals(TagTransitions.OUTSIDE)
                            && (i + 1 == bilou.length
                                    || !tags.get(i + 1).equals("I-" + tag.substring(2)));
            bilou[i] = ends ? (tag.startsWith("B-") ? "U-" : "L-") + tag.substring(2) : tag;
        }
        return List.of(bilou);
    }
}
