package org.limelm.annotate.feature;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.limelm.core.ConfigException;
import org.limelm.core.metadata.Feature;
import org.limelm.core.metadata.MetadataSchema;

/** The features of a configuration, before the models of the trained ones are loaded. */
final class ConfiguredFeatures {
    /** Keys of the position of a labelled span in a record, beside which tags are exported. */
    private static final Set<String> POSITIONS = Set.of("start", "end");

    private final List<FeatureSpec> specs;
    private final TrainedFeatures trained = new TrainedFeatures();
    private final Map<Integer, MetadataFeature> own = new LinkedHashMap<>();
    private final Map<String, Path> files = new LinkedHashMap<>();

    /**
     * Creates the features.
     *
     * @throws org.limelm.core.ConfigException if a feature or an option is unknown
     * @throws org.limelm.core.LimeException if a file of a feature cannot be read
     */
    ConfiguredFeatures(List<FeatureSpec> specs) {
        this.specs = List.copyOf(specs);
        FeatureRegistry registry = FeatureRegistry.load();
        for (int i = 0; i < specs.size(); i++) {
            int feature = i;
            FeatureOptions options = new FeatureOptions(specs.get(i));
            if (!trained.add(specs.get(i).feature(), options)) {
                own.put(i, created(registry, options, specs.get(i)));
            }
            options.rejectUnknown();
            options.files()
                    .forEach(
                            (option, file) ->
                                    files.put(FeatureFiles.name(feature, option, file), file));
        }
    }

    private static MetadataFeature created(
            FeatureRegistry registry, FeatureOptions options, FeatureSpec spec) {
        MetadataFeature created;
        try {
            created = registry.provider(spec.feature()).create(options);
        } catch (IllegalArgumentException e) { // such as a name that is none
            throw new ConfigException(
                    "[metadata: %s] %s".formatted(spec.label(), e.getMessage()), e);
        }
        if (POSITIONS.contains(created.feature().name())) {
            throw new ConfigException(
                    "[metadata: %s] name '%s' is the key of a position in records and exports. Hint: give the feature another name"
                            .formatted(spec.label(), created.feature().name()));
        }
        if (created.feature().tags().contains(Feature.DROPPED)) {
            throw new ConfigException(
                    "[metadata: %s] tag %s is LIME's own. Hint: give it another name"
                            .formatted(spec.label(), Feature.DROPPED));
        }
        return created;
    }

    /** Returns the features as the configuration names them. */
    List<FeatureSpec> specs() {
        return specs;
    }

    /** Returns those that come from trained models. */
    TrainedFeatures trained() {
        return trained;
    }

    /** Returns the files that the features read, by the names of their copies. */
    Map<String, Path> files() {
        return files;
    }

    /**
     * Returns where the tags of each feature come from.
     *
     * @param trainedTags features of the trained models
     * @throws org.limelm.core.ConfigException if two features have the same name
     */
    FeatureColumns columns(MetadataSchema trainedTags) {
        List<FeatureColumns.Column> columns = new ArrayList<>();
        for (int i = 0; i < specs.size(); i++) {
            MetadataFeature feature = own.get(i);
            columns.add(
                    feature == null
                            ? new FeatureColumns.Trained(
                                    trainedTags.indexOf(specs.get(i).feature()))
                            : new FeatureColumns.Own(feature));
        }
        return new FeatureColumns(columns, trainedTags);
    }
}
