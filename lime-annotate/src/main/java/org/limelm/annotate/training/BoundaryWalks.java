package org.limelm.annotate.training;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.limelm.annotate.full.ClassifierSentenceDetector;
import org.limelm.annotate.full.ClassifierTokenDetector;
import org.limelm.annotate.internal.words.SentenceStartFeatures;
import org.limelm.annotate.internal.words.TagTransitions;
import org.limelm.annotate.internal.words.TokenStartFeatures;
import org.limelm.annotate.internal.words.WordClusters;
import org.limelm.annotate.treebank.TreebankSentence;
import org.limelm.annotate.treebank.TreebankToken;

/** Decides where sentences and tokens begin, as the full annotator does. */
final class BoundaryWalks {
    /** The characters that annotation takes for whitespace. */
    private static final Pattern WHITESPACE = Pattern.compile("[\\p{javaWhitespace}\\p{Zs}]+");

    private static final Predicate<String> NOT_EMPTY = Predicate.not(String::isEmpty);

    private BoundaryWalks() {}

    /** Returns a walk that decides where the sentences of paragraphs begin. */
    static SequencePerceptron.Walk<List<TreebankSentence>> sentences(WordClusters clusters) {
        SentenceStartFeatures features = new SentenceStartFeatures(clusters);
        return (paragraph, decisions) -> {
            List<String> runs = new ArrayList<>();
            BitSet starts = new BitSet();
            for (TreebankSentence sentence : paragraph) {
                starts.set(runs.size());
                runs.addAll(WHITESPACE.splitAsStream(sentence.text()).filter(NOT_EMPTY).toList());
            }
            features.startParagraph(runs);
            for (int i = 1; features.hasNext(); i++) {
                features.next(decisions);
                String gold =
                        starts.get(i)
                                ? ClassifierSentenceDetector.BEGIN
                                : ClassifierSentenceDetector.CONTINUE;
                String decided = decisions.decide(gold, TagTransitions.OUTSIDE);
                features.decided(decided.equals(ClassifierSentenceDetector.BEGIN));
            }
        };
    }

    /** Returns a walk that decides where the tokens of runs without whitespace begin. */
    static SequencePerceptron.Walk<TreebankSentence> tokens() {
        TokenStartFeatures features = new TokenStartFeatures();
        return (sentence, decisions) -> {
            StringBuilder run = new StringBuilder();
            BitSet starts = new BitSet();
            for (TreebankToken token : sentence.tokens()) {
                starts.set(run.length());
                run.append(token.form());
                if (token.spaceAfter()) {
                    tokens(run.toString(), starts, features, decisions);
                    run.setLength(0);
                    starts.clear();
                }
            }
            tokens(run.toString(), starts, features, decisions);
        };
    }

    private static void tokens(
            String run,
            BitSet starts,
            TokenStartFeatures features,
            SequencePerceptron.Decisions decisions) {
        if (run.isEmpty() || WHITESPACE.matcher(run).find()) {
            return; // a token with whitespace inside
        }
        features.startRun(run);
        while (features.hasNext()) {
            features.next(decisions);
            String gold =
                    starts.get(features.index())
                            ? ClassifierTokenDetector.BEGIN
                            : ClassifierTokenDetector.CONTINUE;
            String decided = decisions.decide(gold, TagTransitions.OUTSIDE);
            features.decided(decided.equals(ClassifierTokenDetector.BEGIN));
        }
    }
}
