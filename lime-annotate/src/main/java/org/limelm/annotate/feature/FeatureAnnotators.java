package org.limelm.annotate.feature;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.limelm.annotate.annotator.IncrementalAnnotator;
import org.limelm.annotate.annotator.LinguisticAnnotator;
import org.limelm.annotate.models.Annotators;
import org.limelm.annotate.models.TrainedAnnotators;
import org.limelm.core.io.Sha256;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.core.shard.AnnotatorInfo;

/**
 * The annotators of a configuration: any number of features, in order. Trained models split the
 * text and give the features {@code pos} and {@code ner}, in one pass; all others come from {@link
 * FeatureProvider}s.
 */
public final class FeatureAnnotators implements Annotators {
    private final ConfiguredFeatures features;
    private final TrainedAnnotators trained;
    private final FeatureColumns columns;

    private FeatureAnnotators(ConfiguredFeatures features, TrainedAnnotators trained) {
        this.features = features;
        this.trained = trained;
        this.columns = features.columns(trained.schema());
    }

    /**
     * Returns annotators with the given features.
     *
     * @param models folder of linguistic models; empty = the bundled ones
     * @throws org.limelm.core.ConfigException if a feature or an option is unknown, or two features
     *     have the same name
     * @throws org.limelm.core.LimeException if the models, or a file of a feature, cannot be read
     */
    public static FeatureAnnotators of(Optional<Path> models, List<FeatureSpec> specs) {
        ConfiguredFeatures features = new ConfiguredFeatures(specs);
        return new FeatureAnnotators(features, features.trained().load(models));
    }

    /**
     * Returns the schema of the given features without loading models, with the tags of the bundled
     * ones.
     *
     * @throws org.limelm.core.ConfigException like {@link #of}
     */
    public static MetadataSchema schema(List<FeatureSpec> specs) {
        ConfiguredFeatures features = new ConfiguredFeatures(specs);
        return features.columns(features.trained().options().schema()).schema();
    }

    /**
     * Returns the names of the given features that do not exist in a mode whatever the models,
     * which are not loaded.
     *
     * @throws org.limelm.core.ConfigException if a feature or an option is unknown, or two features
     *     have the same name
     * @throws org.limelm.core.LimeException if a file of a feature cannot be read
     */
    public static List<String> missing(List<FeatureSpec> specs, AnnotationMode mode) {
        ConfiguredFeatures features = new ConfiguredFeatures(specs);
        return features.columns(features.trained().options().schema()).missing(mode);
    }

    @Override
    public MetadataSchema schema() {
        return columns.schema();
    }

    /** Returns the id of the trained models, hashed with the fingerprints of the other features. */
    @Override
    public String id() {
        List<String> fingerprints = columns.own().stream().map(FeatureAnnotators::hash).toList();
        if (fingerprints.isEmpty() && schema().equals(trained.schema())) {
            return trained.id();
        }
        return Sha256.of(
                schema().fingerprint()
                        + "\n"
                        + trained.id()
                        + "\n"
                        + String.join("\n", fingerprints));
    }

    @Override
    public AnnotatorInfo info() {
        AnnotatorInfo info = AnnotatorInfo.of(schema(), trained.info().models());
        Map<String, String> fingerprints = new TreeMap<>(info.features());
        columns.own().forEach(own -> fingerprints.put(own.feature().name(), hash(own)));
        return new AnnotatorInfo(
                fingerprints,
                info.models(),
                trained.info().codeVersion(),
                Optional.of(features.specs().stream().map(FeatureSpec::label).toList()));
    }

    private static String hash(MetadataFeature feature) {
        MetadataSchema tags = new MetadataSchema(List.of(feature.feature()));
        return Sha256.of(tags.fingerprint() + "\n" + feature.fingerprint());
    }

    @Override
    public Map<String, Path> files() {
        return features.files();
    }

    @Override
    public List<String> fields() {
        return columns.own().stream()
                .flatMap(feature -> feature.fields().stream())
                .distinct()
                .toList();
    }

    @Override
    public List<String> missing(AnnotationMode mode) {
        return trained.exist(mode) ? columns.missing(mode) : schema().names();
    }

    @Override
    public void require(AnnotationMode mode) {
        trained.require(mode);
        Annotators.super.require(mode);
    }

    @Override
    public LinguisticAnnotator newLinguisticAnnotator() {
        return new FeatureLinguisticAnnotator(trained.newLinguisticAnnotator(), columns);
    }

    /**
     * Returns a new annotator of growing texts.
     *
     * @throws org.limelm.core.ConfigException if a feature does not exist in mode {@code causal}
     */
    @Override
    public IncrementalAnnotator newCausalAnnotator() {
        return new FeatureCausalAnnotator(trained.newCausalAnnotator(), columns);
    }
}
