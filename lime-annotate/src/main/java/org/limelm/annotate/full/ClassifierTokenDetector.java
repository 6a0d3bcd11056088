package org.limelm.annotate.full;

import java.util.Arrays;
import org.limelm.annotate.internal.classifier.Classification;
import org.limelm.annotate.internal.classifier.LinearModel;
import org.limelm.annotate.internal.words.TokenStartFeatures;

/** Decides for each code unit of a run, from left to right, whether it begins a token. */
public final class ClassifierTokenDetector implements TokenDetector {
    /** Outcome of the classifier: the code unit begins a token. */
    public static final String BEGIN = "begin";

    /** Outcome of the classifier: the code unit continues the token before it. */
    public static final String CONTINUE = "continue";

    private final Classification classification;
    private final TokenStartFeatures features = new TokenStartFeatures();

    /** Creates a detector. */
    public ClassifierTokenDetector(LinearModel classifier) {
        this.classification = new Classification(classifier);
    }

    @Override
    public int[] starts(String run) {
        int[] starts = new int[run.length()];
        int size = 0;
        features.startRun(run);
        while (features.hasNext()) {
            classification.clear();
            features.next(classification);
            boolean begins = classification.best().equals(BEGIN);
            if (begins) {
                starts[size++] = features.index();
            }
            features.decided(begins);
        }
        return Arrays.copyOf(starts, size);
    }
}
