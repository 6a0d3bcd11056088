package org.limelm.annotate.feature;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.limelm.core.ConfigException;
import org.limelm.core.LimeException;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.metadata.Feature;
import org.limelm.core.metadata.MetadataSchema;

/** Where the tags of each feature of a schema come from. Immutable. */
final class FeatureColumns {
    private final List<Column> columns;
    private final MetadataSchema schema;
    private final int trainedFeatures;

    /** The source of one feature's tags. */
    sealed interface Column {}

    /**
     * A feature of the trained models.
     *
     * @param index its position among their features
     */
    record Trained(int index) implements Column {}

    /** A feature of a provider. */
    record Own(MetadataFeature feature) implements Column {}

    /**
     * Orders the features.
     *
     * @param trained features of the trained models
     * @throws ConfigException if two features have the same name
     */
    FeatureColumns(List<Column> columns, MetadataSchema trained) {
        this.columns = List.copyOf(columns);
        this.trainedFeatures = trained.size();
        List<Feature> features = columns.stream().map(column -> feature(column, trained)).toList();
        long names = features.stream().map(Feature::name).distinct().count();
        if (names < features.size()) {
            throw new ConfigException(
                    "[metadata] features %s, expected distinct names. Hint: some features have an option 'name'"
                            .formatted(features.stream().map(Feature::name).toList()));
        }
        this.schema = new MetadataSchema(features);
    }

    private static Feature feature(Column column, MetadataSchema trained) {
        return column instanceof Own own
                ? own.feature().feature()
                : trained.features().get(((Trained) column).index());
    }

    /** Returns the features in order. */
    MetadataSchema schema() {
        return schema;
    }

    /** Returns the number of features of the trained models. */
    int trainedFeatures() {
        return trainedFeatures;
    }

    /** Returns the column of a feature. */
    Column column(int feature) {
        return columns.get(feature);
    }

    /** Returns the features of providers, in order. */
    List<MetadataFeature> own() {
        return columns.stream()
                .flatMap(
                        column ->
                                column instanceof Own own ? Stream.of(own.feature()) : Stream.of())
                .toList();
    }

    private static boolean exists(MetadataFeature feature, AnnotationMode mode) {
        return switch (mode) {
            case FULL -> feature.newWholeTextTagger().isPresent();
            case PREFIX -> feature.newWholeTextTagger().isPresent() && feature.fields().isEmpty();
            case CAUSAL -> feature.newIncrementalTagger().isPresent();
        };
    }

    /** Returns the names of the features that do not exist in a mode. */
    List<String> missing(AnnotationMode mode) {
        return own().stream()
                .filter(feature -> !exists(feature, mode))
                .map(feature -> feature.feature().name())
                .toList();
    }

    /**
     * Returns the taggers of the providers' features, in order.
     *
     * @throws ConfigException if a feature has none, because it does not exist in the mode
     */
    <T> List<T> taggers(AnnotationMode mode, Function<MetadataFeature, Optional<T>> of) {
        return own().stream()
                .map(
                        feature ->
                                of.apply(feature)
                                        .orElseThrow(
                                                () ->
                                                        new ConfigException(
                                                                "[metadata: %s] does not exist in annotation mode %s. Hint: leave it out of the features, or use another mode"
                                                                        .formatted(
                                                                                feature.feature()
                                                                                        .name(),
                                                                                mode.label()))))
                .toList();
    }

    /**
     * Returns a tag id of a feature.
     *
     * @throws LimeException if the feature has no such tag
     */
    int checked(int feature, int tag) {
        Feature tags = schema.features().get(feature);
        if (tag < 0 || tag >= tags.size()) {
            throw new LimeException(
                    "[metadata: %s] tag id %d, expected 0 to %d"
                            .formatted(tags.name(), tag, tags.size() - 1));
        }
        return tag;
    }
}
