package org.limelm.train.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.limelm.annotate.feature.FeatureAnnotators;
import org.limelm.annotate.feature.FeatureSpec;
import org.limelm.annotate.models.Annotators;
import org.limelm.annotate.spark.AnnotatorSource;
import picocli.CommandLine.Option;

/** Options that select the metadata features and the linguistic models. */
final class AnnotatorOptionsMixin {
    @Option(
            names = "--metadata",
            defaultValue = "pos,ner",
            paramLabel = "FEATURES",
            description = {
                "Metadata features, in order (default: ${DEFAULT-VALUE}).",
                "With options: 'pos(tags=upos),dictionary(file=words.tsv)'.",
                "`lime doctor` lists those that are available."
            })
    private String metadata = "pos,ner";

    @Option(
            names = "--models",
            paramLabel = "FOLDER",
            description =
                    "Models from `lime annotator train` or `import` instead of the bundled ones.")
    private Optional<Path> models = Optional.empty();

    /** Returns the selected annotators. */
    Annotators annotators() {
        return FeatureAnnotators.of(models, FeatureSpec.listOf(metadata));
    }

    /** Returns what opens the selected annotators in another process. */
    AnnotatorSource source() {
        return AnnotatorSource.ofFeatures(models, FeatureSpec.listOf(metadata));
    }
}
