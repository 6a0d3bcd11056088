package org.limelm.annotate.causal;

import opennlp.tools.ml.model.MaxentModel;

/**
 * The classifiers of a causal annotator; immutable, shared by all threads.
 *
 * @param boundary outcomes {@link #BEGIN} and {@link #CONTINUE}
 * @param pos outcomes are part-of-speech tags
 * @param entity outcomes are {@code O}, {@code B-TYPE} and {@code I-TYPE}
 */
public record CausalModels(MaxentModel boundary, MaxentModel pos, MaxentModel entity) {
    /** Outcome of the boundary classifier: the piece begins a linguistic token. */
    public static final String BEGIN = "begin";

    /** Outcome of the boundary classifier: the piece continues the linguistic token before it. */
    public static final String CONTINUE = "continue";
}
