package org.limelm.model.decoder;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.limelm.core.metadata.Feature;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.model.device.Precision;

/**
 * The weights of a decoder: float32 arrays by name, and the matrices in the compute precision. Owns
 * all of them.
 */
final class DecoderWeights implements AutoCloseable {
    private final ModelConfig config;
    private final ModelFeatures features;
    private final NDManager manager;
    private final Map<String, NDArray> arrays;
    private final Set<String> matrices;
    private final ComputeCopies copies;

    /**
     * Creates the arrays.
     *
     * @param specs parameters of the architecture, see {@link ParameterSpec#of}
     * @param source source of the initial values
     * @param parent parent of the manager that owns the arrays; determines their device
     */
    DecoderWeights(
            ModelConfig config,
            ModelFeatures features,
            Precision precision,
            List<ParameterSpec> specs,
            WeightSource source,
            NDManager parent) {
        this.config = config;
        this.features = features;
        manager = parent.newSubManager();
        manager.setName("weights");
        Map<String, NDArray> created = new LinkedHashMap<>();
        for (ParameterSpec spec : specs) {
            NDArray weight = source.create(spec, manager);
            weight.setName(spec.name());
            weight.setRequiresGradient(true);
            created.put(spec.name(), weight);
        }
        arrays = Collections.unmodifiableMap(created);
        matrices =
                specs.stream()
                        .filter(ParameterSpec::matrix)
                        .map(ParameterSpec::name)
                        .collect(Collectors.toUnmodifiableSet());
        copies = new ComputeCopies(precision, manager);
    }

    ModelConfig config() {
        return config;
    }

    ModelFeatures features() {
        return features;
    }

    MetadataSchema tables() {
        return features.tables();
    }

    /** Returns all weights by name, in forward order. */
    Map<String, NDArray> arrays() {
        return arrays;
    }

    /**
     * Returns the weight with the given name.
     *
     * @throws IllegalArgumentException if there is no weight of this name
     */
    NDArray get(String name) {
        NDArray weight = arrays.get(name);
        if (weight == null) {
            throw new IllegalArgumentException(
                    "No parameter '" + name + "'. Known: " + arrays.keySet());
        }
        return weight;
    }

    /** Returns a matrix together with its values in the compute precision. */
    Matrix matrix(String name) {
        NDArray master = get(name);
        return new Matrix(master, copies.of(master));
    }

    /** Returns whether a weight multiplies activations. */
    boolean isMatrix(String name) {
        return matrices.contains(name);
    }

    /** Returns the factor w_d of a feature: a weight, or a constant in the given manager. */
    NDArray factor(Feature feature, NDManager owner) {
        return config.metadata().hasLearnedWeights()
                ? get(ParameterNames.factor(feature))
                : owner.create((float) config.metadata().weightValue());
    }

    /** Returns the gains of a layer's queries and keys, (C) each, or none. */
    NDList headNorms(ParameterNames.Attention names) {
        return config.queryKeyNorm()
                ? new NDList(get(names.queryNorm()), get(names.keyNorm()))
                : new NDList();
    }

    Device device() {
        return manager.getDevice();
    }

    /** Returns a new manager that is closed with the weights. */
    NDManager newManager() {
        return manager.newSubManager();
    }

    /** Refreshes the compute copies after the weights have changed. */
    void refresh() {
        copies.refresh();
    }

    /** Releases all weights; has no effect if already closed. */
    @Override
    public void close() {
        manager.close();
    }
}
