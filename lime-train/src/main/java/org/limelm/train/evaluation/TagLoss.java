package org.limelm.train.evaluation;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The cost of a model's predictions of the next token's tags, given the true tags before.
 *
 * @param byFeature mean cross-entropy by feature, nats per token, in the order of the features
 */
public record TagLoss(Map<String, Double> byFeature) {
    /** Copies the map. */
    public TagLoss {
        byFeature = Collections.unmodifiableMap(new LinkedHashMap<>(byFeature));
    }

    /** Returns the sum over the features, nats per token. */
    public double total() {
        return byFeature.values().stream().mapToDouble(Double::doubleValue).sum();
    }
}
