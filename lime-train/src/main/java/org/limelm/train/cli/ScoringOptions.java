package org.limelm.train.cli;

import java.util.Optional;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.train.generation.TrainedModel;
import picocli.CommandLine.Option;

/** How a trained model scores text: the annotation mode of its tags, and rows per batch. */
final class ScoringOptions {
    @Option(
            names = "--annotation",
            paramLabel = "MODE",
            description = "Annotation mode: full, prefix or causal (default: as trained).")
    private Optional<AnnotationMode> annotation = Optional.empty();

    @Option(
            names = "--batch",
            defaultValue = "16",
            paramLabel = "ROWS",
            description = "Rows per batch (default: ${DEFAULT-VALUE}).")
    private int batchSize;

    /** Returns the selected mode, if any. */
    Optional<AnnotationMode> annotation() {
        return annotation;
    }

    /** Returns the selected mode, or that of the model's training. */
    AnnotationMode mode(TrainedModel model) {
        return annotation.orElse(model.provenance().annotation());
    }

    int batchSize() {
        return batchSize;
    }
}
