package org.limelm.annotate.pipeline;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.nio.file.Path;
import java.util.List;
import org.limelm.annotate.models.Annotators;
import org.limelm.core.ConfigException;
import org.limelm.core.corpus.ReaderOptions;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.text.Alignment;

/**
 * What is annotated, how, and where the shards go.
 *
 * @param corpus files and folders of text
 * @param tokenizer a {@code tokenizer.json}
 * @param output folder of the shards; made if absent
 * @param mode annotation mode of the tags: full or causal
 * @param alignment how pieces stand to linguistic tokens
 * @param annotators the linguistic models
 * @param reader how the corpus is read
 * @param threads documents are annotated on so many threads, at least 1; without influence on the
 *     shards
 * @param unitCharacters text that a shard covers at least, unless it is the last one; counted in
 *     Java characters (UTF-16 code units)
 */
@RecordBuilder
public record AnnotateJob(
        List<Path> corpus,
        Path tokenizer,
        Path output,
        AnnotationMode mode,
        Alignment alignment,
        Annotators annotators,
        ReaderOptions reader,
        int threads,
        long unitCharacters)
        implements AnnotateJobBuilder.With {
    /** Text per shard where nothing else is asked for: 4 Mi characters. */
    public static final long DEFAULT_UNIT_CHARACTERS = 4L << 20;

    /**
     * Checks the settings.
     *
     * @throws ConfigException if the mode is {@code prefix}, or a number is below 1
     */
    public AnnotateJob {
        corpus = List.copyOf(corpus);
        if (mode == AnnotationMode.PREFIX) {
            throw new ConfigException(
                    "[annotate] mode prefix runs the tagger once per piece and is for evaluation"
                            + " only; expected full or causal");
        }
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
                output,
                mode,
                Alignment.LINGUISTIC,
                annotators,
                ReaderOptions.defaults(),
                Runtime.getRuntime().availableProcessors(),
                DEFAULT_UNIT_CHARACTERS);
    }
}
