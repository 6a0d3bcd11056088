package org.limelm.train.generation;

import java.nio.file.Path;
import java.util.Optional;
import org.limelm.annotate.annotator.AnnotatorOptions;
import org.limelm.annotate.annotator.PosTagset;
import org.limelm.annotate.models.Annotators;
import org.limelm.core.LimeException;
import org.limelm.train.arm.ModelProvenance;

/** Finds the annotators that tag a text as a model's training data were tagged. */
final class ModelAnnotators {
    private ModelAnnotators() {}

    /**
     * Returns annotators with the model's tags and of the models that tagged its training data.
     *
     * @param folder of linguistic models; empty = the bundled ones
     * @throws LimeException if these models have other tags or are other models
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
                                    "[%s] annotator %s, but the model was trained on tags of annotator %s: its figures and texts would not be its own. Hint: --models FOLDER names the models that its corpus was annotated with"
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
                "[%s] no tag set of these linguistic models is the model's (schema %s). Hint: --models FOLDER names the models that its corpus was annotated with"
                        .formatted(name, fingerprint));
    }
}
