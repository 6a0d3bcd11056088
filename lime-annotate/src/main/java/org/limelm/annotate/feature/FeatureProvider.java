package org.limelm.annotate.feature;

/**
 * Creates a metadata feature from its options. To add a feature, implement this interface in a
 * public class with a public constructor without parameters, and list the class in a resource
 * {@code META-INF/services/org.limelm.annotate.feature.FeatureProvider}.
 *
 * @see java.util.ServiceLoader
 */
public interface FeatureProvider {
    /** Returns the name that selects the feature in configurations. */
    String name();

    /**
     * Creates the feature.
     *
     * @param options the options of a configuration; those that this method does not read are
     *     unknown and are refused
     * @throws org.limelm.core.ConfigException if an option is invalid
     */
    MetadataFeature create(FeatureOptions options);
}
