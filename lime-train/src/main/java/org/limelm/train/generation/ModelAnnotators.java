package org.limelm.train.generation;

import java.nio.file.Path;
import java.util.Optional;
import org.limelm.annotate.annotator.AnnotatorOptions;
import org.limelm.annotate.annotator.PosTagset;
import org.limelm.annotate.models.Annotators;
import org.limelm.annotate.models.TrainedAnnotators;
import org.limelm.core.LimeException;
import org.limelm.train.arm.ModelProvenance;

/** Loads the annotators that tagged the training data of a model. */
final class ModelAnnotators {
    private static final String HINT =
            "use --models FOLDER with the linguistic models that annotated its corpus; custom annotators are passed to TrainedModel.open";

    private ModelAnnotators() {}

    /**
     * Returns annotators with the tag set of a model.
     *
     * @param folder folder of linguistic models; empty = the bundled models
     * @throws LimeException if these are not the linguistic models that tagged the training data
     */
    static Annotators of(ModelProvenance provenance, Optional<Path> folder) {
        String name = folder.map(Path::toString).orElse("bundled models");
        Annotators annotators = withTags(provenance.schemaFingerprint(), folder, name);
        requireId(provenance, annotators, name);
        return annotators;
    }

    /**
     * Checks that these annotators tagged the training data of a model.
     *
     * @throws LimeException if they did not
     */
    static void require(ModelProvenance provenance, Annotators annotators) {
        String name = "custom annotators";
        if (!annotators.schema().fingerprint().equals(provenance.schemaFingerprint())) {
            throw new LimeException(
                    "[%s] annotator %s with features %s does not have the tag set of the model (schema %s). Hint: open the model with the annotators of its training data"
                            .formatted(
                                    name,
                                    annotators.id(),
                                    annotators.schema().names(),
                                    provenance.schemaFingerprint()));
        }
        requireId(provenance, annotators, name);
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

    private static Annotators withTags(String fingerprint, Optional<Path> folder, String name) {
        for (PosTagset pos : PosTagset.values()) {
            TrainedAnnotators loaded = load(folder, new AnnotatorOptions(pos, false));
            if (loaded.schema().fingerprint().equals(fingerprint)) {
                return loaded;
            }
            if (loaded.tagSets().schema(true).fingerprint().equals(fingerprint)) {
                return load(folder, new AnnotatorOptions(pos, true));
            }
        }
        throw new LimeException(
                "[%s] these linguistic models do not have the tag set of the model (schema %s). Hint: %s"
                        .formatted(name, fingerprint, HINT));
    }

    private static TrainedAnnotators load(Optional<Path> folder, AnnotatorOptions options) {
        return folder.map(models -> Annotators.load(models, options))
                .orElseGet(() -> Annotators.bundled(options));
    }
}
