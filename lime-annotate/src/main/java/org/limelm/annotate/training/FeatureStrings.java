package org.limelm.annotate.training;

import java.util.ArrayList;
import java.util.List;
import org.limelm.annotate.causal.CausalFeatures;
import org.limelm.annotate.causal.LeftContext;
import org.limelm.annotate.internal.classifier.Feature;

/** The features of the causal classifiers as strings, which OpenNLP's learners expect. */
final class FeatureStrings {
    private final CausalFeatures features = new CausalFeatures();
    private final List<String> strings = new ArrayList<>();

    String[] boundary(LeftContext context, String chunk) {
        features.boundary(context, chunk, this::add);
        return taken();
    }

    String[] pos(LeftContext context) {
        features.pos(context, this::add);
        return taken();
    }

    String[] entity(LeftContext context) {
        features.entity(context, this::add);
        return taken();
    }

    private void add(Feature feature) {
        strings.add(feature.toString());
    }

    private String[] taken() {
        String[] taken = strings.toArray(String[]::new);
        strings.clear();
        return taken;
    }
}
