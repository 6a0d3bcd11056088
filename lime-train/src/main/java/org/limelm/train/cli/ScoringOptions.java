package org.limelm.train.cli;

import java.util.Optional;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.train.evaluation.TagSupply;
import org.limelm.train.generation.TrainedModel;
import picocli.CommandLine.Option;

/** How a trained model scores text: the tags that it reads, and rows per batch. */
final class ScoringOptions {
    @Option(
            names = "--annotation",
            paramLabel = "MODE",
            description = "Annotation mode: full, prefix or causal (default: as trained).")
    private Optional<AnnotationMode> annotation = Optional.empty();

    @Option(
            names = "--tags",
            defaultValue = "annotated",
            paramLabel = "SOURCE",
            description = {
                "Tags that the model reads: annotated (from the text); none, for arms with dropout or",
                "without tags; for lime+1 with nextTags predicted-greedy, predicted-marginal, and for",
                "text joint (default: ${DEFAULT-VALUE})."
            })
    private String tags = "annotated";

    @Option(
            names = "--candidates",
            defaultValue = "16",
            paramLabel = "K",
            description =
                    "Combinations of tags that predicted-marginal sums over (default:"
                            + " ${DEFAULT-VALUE}).")
    private int candidates;

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

    /**
     * Returns where the tags come from.
     *
     * @throws org.limelm.core.ConfigException if there is no such source
     */
    TagSupply supply() {
        return TagSupply.of(tags, candidates);
    }

    int batchSize() {
        return batchSize;
    }
}
