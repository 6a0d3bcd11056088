package org.limelm.annotate.causal;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.limelm.annotate.internal.classifier.LinearModel;
import org.limelm.annotate.internal.words.WordClusters;

/**
 * The classifiers of a causal annotator; immutable, shared by all threads.
 *
 * @param clusters the clusters of their features
 * @param boundary outcomes {@link #BEGIN} and {@link #CONTINUE}
 * @param pos outcomes are part-of-speech tags; empty if these are not tagged
 * @param entity outcomes are {@code O}, {@code B-TYPE} and {@code I-TYPE}; empty if entities are
 *     not tagged
 */
public record CausalModels(
        WordClusters clusters,
        LinearModel boundary,
        Optional<LinearModel> pos,
        Optional<LinearModel> entity) {
    /** Outcome of the boundary classifier: the piece begins a linguistic token. */
    public static final String BEGIN = "begin";

    /** Outcome of the boundary classifier: the piece continues the linguistic token before it. */
    public static final String CONTINUE = "continue";

    /** Returns the part-of-speech tags that the classifier knows. */
    public Set<String> posTags() {
        return Set.copyOf(outcomes(pos));
    }

    /** Returns the entity types that the classifier knows. */
    public Set<String> entityTypes() {
        Set<String> types = new TreeSet<>();
        for (String outcome : outcomes(entity)) {
            if (outcome.startsWith("B-") || outcome.startsWith("I-")) {
                types.add(outcome.substring(2));
            }
        }
        return types;
    }

    private static List<String> outcomes(Optional<LinearModel> classifier) {
        return classifier.map(LinearModel::outcomes).orElse(List.of());
    }
}
