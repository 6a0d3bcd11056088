package org.limelm.train.generation;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.limelm.annotate.feature.FeatureAnnotators;
import org.limelm.annotate.feature.FeatureFiles;
import org.limelm.annotate.feature.FeatureSpec;
import org.limelm.annotate.models.Annotators;
import org.limelm.core.LimeException;
import org.limelm.train.arm.ModelProvenance;

/** Loads the annotators that tagged the training data of a model. */
final class ModelAnnotators {
    private static final String HINT =
            "use --models FOLDER with the linguistic models that annotated its corpus; custom annotators are passed to TrainedModel.open";

    private ModelAnnotators() {}

    /**
     * Returns annotators with the features of a model.
     *
     * @param models folder of linguistic models; empty = the bundled models
     * @param kept folder with the files of the metadata features, where there are any
     * @throws LimeException if these are not the features and linguistic models that tagged the
     *     training data
     */
    static Annotators of(ModelProvenance provenance, Optional<Path> models, Optional<Path> kept) {
        String name = models.map(Path::toString).orElse("bundled models");
        Annotators annotators =
                provenance
                        .metadata()
                        .<Annotators>map(
                                labels -> FeatureAnnotators.of(models, features(labels, kept)))
                        .orElseGet(() -> withTags(provenance.schemaFingerprint(), models, name));
        requireSchema(provenance, annotators, name);
        requireId(provenance, annotators, name);
        return annotators;
    }

    private static List<FeatureSpec> features(List<String> labels, Optional<Path> kept) {
        List<FeatureSpec> specs = labels.stream().map(FeatureSpec::of).toList();
        return kept.map(folder -> FeatureFiles.kept(specs, folder)).orElse(specs);
    }

    /**
     * Checks that these annotators tagged the training data of a model.
     *
     * @throws LimeException if they did not
     */
    static void require(ModelProvenance provenance, Annotators annotators) {
        String name = "custom annotators";
        requireSchema(provenance, annotators, name);
        requireId(provenance, annotators, name);
    }

    private static void requireSchema(
            ModelProvenance provenance, Annotators annotators, String name) {
        if (!annotators.schema().fingerprint().equals(provenance.schemaFingerprint())) {
            throw new LimeException(
                    "[%s] annotator %s with features %s does not have the tag set of the model (schema %s). Hint: %s"
                            .formatted(
                                    name,
                                    annotators.id(),
                                    annotators.schema().names(),
                                    provenance.schemaFingerprint(),
                                    HINT));
        }
    }

    private static void requireId(ModelProvenance provenance, Annotators annotators, String name) {
        provenance
                .annotator()
                .filter(id -> !id.equals(annotators.id()))
                .ifPresent(
                        id -> {
                            throw new LimeException(
                                    "[%s] annotator %s, but the model was trained on tags from annotator %s. Hint: %s"
                                            .formatted(name, annotators.id(), id, HINT));
                        });
    }

    /** Finds the features of a model that does not state them, as in older versions. */
    private static Annotators withTags(String fingerprint, Optional<Path> models, String name) {
        for (String features :
                List.of(
                        "pos,ner",
                        "pos,ner(tags=bio)",
                        "pos(tags=upos),ner",
                        "pos(tags=upos),ner(tags=bio)")) {
            Annotators annotators = FeatureAnnotators.of(models, FeatureSpec.listOf(features));
            if (annotators.schema().fingerprint().equals(fingerprint)) {
                return annotators;
            }
        }
        throw new LimeException(
                "[%s] these linguistic models do not have the tag set of the model (schema %s). Hint: %s"
                        .formatted(name, fingerprint, HINT));
    }
}
