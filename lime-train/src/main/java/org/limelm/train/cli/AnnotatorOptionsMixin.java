package org.limelm.train.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.limelm.annotate.annotator.AnnotatorOptions;
import org.limelm.annotate.annotator.PosTagset;
import org.limelm.annotate.models.Annotators;
import picocli.CommandLine.Option;

/** Options that select the linguistic models and their tag sets. */
final class AnnotatorOptionsMixin {
    @Option(
            names = "--pos-tags",
            defaultValue = "xpos",
            paramLabel = "SET",
            description = "Part-of-speech tags: xpos (Penn) or upos (default: ${DEFAULT-VALUE}).")
    private PosTagset pos = PosTagset.XPOS;

    @Option(names = "--bio", description = "Use entity tags with B- and I- prefixes.")
    private boolean bio;

    @Option(
            names = "--models",
            paramLabel = "FOLDER",
            description = "Models from `lime annotator train` instead of the bundled ones.")
    private Optional<Path> models = Optional.empty();

    /** Returns the selected annotators. */
    Annotators annotators() {
        AnnotatorOptions options = new AnnotatorOptions(pos, bio);
        return models.map(folder -> Annotators.load(folder, options))
                .orElseGet(() -> Annotators.bundled(options));
    }
}
