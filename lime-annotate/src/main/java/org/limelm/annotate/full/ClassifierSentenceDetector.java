package org.limelm.annotate.full;

import java.util.ArrayList;
import java.util.List;
import opennlp.tools.util.StringUtil;
import org.limelm.annotate.internal.classifier.Classification;
import org.limelm.annotate.internal.classifier.LinearModel;
import org.limelm.annotate.internal.words.SentenceStartFeatures;
import org.limelm.annotate.internal.words.WordClusters;

/**
 * Decides for each run of a paragraph, from left to right, whether it begins a sentence. A sentence
 * never begins inside a run.
 */
public final class ClassifierSentenceDetector implements SentenceDetector {
    /** Outcome of the classifier: the run begins a sentence. */
    public static final String BEGIN = "begin";

    /** Outcome of the classifier: the run continues the sentence before it. */
    public static final String CONTINUE = "continue";

    private final Classification classification;
    private final SentenceStartFeatures features;

    /** Creates a detector. */
    public ClassifierSentenceDetector(LinearModel classifier, WordClusters clusters) {
        this.classification = new Classification(classifier);
        this.features = new SentenceStartFeatures(clusters);
    }

    @Override
    public List<Integer> starts(String paragraph) {
        List<Integer> positions = new ArrayList<>();
        List<String> runs = new ArrayList<>();
        for (int from = 0; from < paragraph.length(); ) {
            int to = TokenBoundaries.endOfRun(paragraph, from);
            if (to > from) {
                positions.add(from);
                runs.add(paragraph.substring(from, to));
            }
            from = to;
            while (from < paragraph.length() && StringUtil.isWhitespace(paragraph.charAt(from))) {
                from++;
            }
        }
        List<Integer> starts = new ArrayList<>();
        if (!runs.isEmpty()) {
            starts.add(positions.get(0));
        }
        features.startParagraph(runs);
        for (int i = 1; features.hasNext(); i++) {
            classification.clear();
            features.next(classification);
            boolean begins = classification.best().equals(BEGIN);
            if (begins) {
                starts.add(positions.get(i));
            }
            features.decided(begins);
        }
        return starts;
    }
}
