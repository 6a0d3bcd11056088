package org.limelm.annotate.feature;

import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.TreeSet;
import org.limelm.core.ConfigException;

/** The features that are available: those of trained models, and of providers on the class path. */
public final class FeatureRegistry {
    private final Map<String, FeatureProvider> providers;

    private FeatureRegistry(Map<String, FeatureProvider> providers) {
        this.providers = providers;
    }

    /**
     * Finds the providers.
     *
     * @throws ConfigException if two have the same name
     */
    public static FeatureRegistry load() {
        Map<String, FeatureProvider> providers = new TreeMap<>();
        for (FeatureProvider provider : ServiceLoader.load(FeatureProvider.class)) {
            FeatureProvider other = providers.putIfAbsent(provider.name(), provider);
            if (other != null || TrainedFeatures.NAMES.contains(provider.name())) {
                throw new ConfigException(
                        "[metadata: %s] feature of %s, but this is already the name of %s. Hint: rename it"
                                .formatted(
                                        provider.name(),
                                        provider.getClass().getName(),
                                        other == null
                                                ? "a feature of the trained models"
                                                : "the feature of " + other.getClass().getName()));
            }
        }
        return new FeatureRegistry(providers);
    }

    /** Returns the names of all features, sorted. */
    public List<String> names() {
        TreeSet<String> names = new TreeSet<>(providers.keySet());
        names.addAll(TrainedFeatures.NAMES);
        return List.copyOf(names);
    }

    /**
     * Returns the provider of a feature.
     *
     * @throws ConfigException if there is none
     */
    FeatureProvider provider(String name) {
        FeatureProvider provider = providers.get(name);
        if (provider == null) {
            throw new ConfigException(
                    "[metadata] unknown feature '%s', expected one of %s. Hint: to use one of your own, put its jar on the class path (LIME_CLASSPATH of ./lime)"
                            .formatted(name, String.join(", ", names())));
        }
        return provider;
    }
}
