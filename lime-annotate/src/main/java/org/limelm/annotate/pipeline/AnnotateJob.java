package org.limelm.annotate.pipeline;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.limelm.annotate.models.Annotators;
import org.limelm.core.ConfigException;
import org.limelm.core.corpus.ReaderOptions;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.text.Alignment;

/**
 * The settings of an annotation job: its input, its options and the output folder.
 *
 * @param corpus files and folders of text
 * @param tokenizer a {@code tokenizer.json}
 * @param endOfText the token that ends documents; if empty, it is taken from the tokenizer's files
 * @param output folder of the shards; created if missing
 * @param mode annotation mode of the tags: full or causal
 * @param alignment how pieces are aligned with linguistic tokens
 * @param annotators the linguistic models
 * @param reader how the corpus is read, to which the fields that the annotators read are added
 * @param threads number of threads that annotate documents, at least 1; does not affect the shards
 * @param unitCharacters minimum amount of text per shard, except for the last one, in Java
 *     characters (UTF-16 code units)
 */
@RecordBuilder
public record AnnotateJob(
        List<Path> corpus,
        Path tokenizer,
        Optional<String> endOfText,
        Path output,
        AnnotationMode mode,
        Alignment alignment,
        Annotators annotators,
        ReaderOptions reader,
        int threads,
        long unitCharacters)
        implements AnnotateJobBuilder.With {
    /** Default text per shard: 4 Mi characters (UTF-16 code units). */
    public static final long DEFAULT_UNIT_CHARACTERS = 4L << 20;

    /**
     * Checks the settings.
     *
     * @throws ConfigException if the mode is {@code prefix} or one in which a feature does not
     *     exist, or a number is below 1
     */
    public AnnotateJob {
        corpus = List.copyOf(corpus);
        if (mode == AnnotationMode.PREFIX) {
            throw new ConfigException(
                    "[annotate] mode prefix runs the tagger once per piece and is for evaluation"
                            + " only; expected full or causal");
        }
        annotators.require(mode);
        reader =
                reader.withFields(
                        Stream.of(reader.fields(), annotators.fields())
                                .flatMap(List::stream)
                                .distinct()
                                .toList());
        if (threads < 1) {
            throw new ConfigException("[annotate] threads " + threads + ", expected at least 1");
        }
        if (unitCharacters < 1) {
            throw new ConfigException(
                    "[annotate] unitCharacters " + unitCharacters + ", expected at least 1");
        }
    }

    /** Returns a job with the default reader and unit size, on every core. */
    public static AnnotateJob of(
            List<Path> corpus,
            Path tokenizer,
            Path output,
            AnnotationMode mode,
            Annotators annotators) {
        return new AnnotateJob(
                corpus,
                tokenizer,
                Optional.empty(),
                output,
                mode,
                Alignment.LINGUISTIC,
                annotators,
                ReaderOptions.defaults(),
                Runtime.getRuntime().availableProcessors(),
                DEFAULT_UNIT_CHARACTERS);
    }
}
