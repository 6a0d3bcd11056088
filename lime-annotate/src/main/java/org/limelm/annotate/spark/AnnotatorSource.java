package org.limelm.annotate.spark;

import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.limelm.annotate.feature.FeatureAnnotators;
import org.limelm.annotate.feature.FeatureFiles;
import org.limelm.annotate.feature.FeatureSpec;
import org.limelm.annotate.models.Annotators;

/**
 * Opens the annotators of a job in another process. It travels to that process: a lambda may use
 * names and paths, but no models.
 */
@FunctionalInterface
public interface AnnotatorSource extends Serializable {
    /**
     * Opens the annotators.
     *
     * @param output folder of the job's shards, which holds copies of the files that features read
     * @return annotators with the id of those in the job
     */
    Annotators open(Path output);

    /**
     * Returns a source of configured features, as of {@link FeatureAnnotators#of}.
     *
     * @param models folder of linguistic models that all processes can read; empty = the bundled
     *     ones
     */
    static AnnotatorSource ofFeatures(Optional<Path> models, List<FeatureSpec> specs) {
        String folder = models.map(path -> path.toAbsolutePath().toString()).orElse("");
        List<String> labels = specs.stream().map(FeatureSpec::label).toList();
        return output ->
                FeatureAnnotators.of(
                        folder.isEmpty() ? Optional.empty() : Optional.of(Path.of(folder)),
                        FeatureFiles.kept(labels.stream().map(FeatureSpec::of).toList(), output));
    }
}
