package org.limelm.train.generation;

import java.nio.file.Path;
import java.util.Optional;
import org.limelm.annotate.annotator.AnnotatorOptions;
import org.limelm.annotate.annotator.PosTagset;
import org.limelm.annotate.models.Annotators;
import org.limelm.core.LimeException;
import org.limelm.train.arm.ModelProvenance;

/** Loads the annotators that tagged the training data of a model. */
final class ModelAnnotators {
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
        provenance
                .annotator()
                .filter(id -> !id.equals(annotators.id()))
                .ifPresent(
                        id -> {
                            throw new LimeException(
                                    "[%s] annotator %s, but the model was trained on tags from annotator %s. Hint: use --models FOLDER with the linguistic models that annotated its corpus"
                                            .formatted(name, annotators.id(), id));
                        });
        return annotators;
    }

    private static Annotators withTags(String fingerprint, Optional<Path> folder, String name) {
        for (PosTagset pos : PosTagset.values()) {
            for (boolean bio : new boolean[] {false, true}) {
                AnnotatorOptions options = new AnnotatorOptions(pos, bio);
                Annotators annotators =
                        folder.map(models -> Annotators.load(models, options))
                                .orElseGet(() -> Annotators.bundled(options));
                if (annotators.schema().fingerprint().equals(fingerprint)) {
                    return annotators;
                }
            }
        }
        throw new LimeException(
                "[%s] these linguistic models do not have the tag set of the model (schema %s). Hint: use --models FOLDER with the linguistic models that annotated its corpus"
                        .formatted(name, fingerprint));
    }
}
