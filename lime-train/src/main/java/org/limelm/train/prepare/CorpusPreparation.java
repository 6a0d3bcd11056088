package org.limelm.train.prepare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;
import org.limelm.annotate.models.Annotators;
import org.limelm.annotate.pipeline.AnnotateJob;
import org.limelm.annotate.pipeline.AnnotatePipeline;
import org.limelm.core.ConfigException;
import org.limelm.core.LimeException;
import org.limelm.core.corpus.CorpusReader;
import org.limelm.core.corpus.ReaderOptions;
import org.limelm.core.io.AtomicFile;
import org.limelm.core.io.Sha256;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.text.Alignment;
import org.limelm.train.config.DataConfig;
import org.limelm.train.config.RunConfig;

/**
 * Prepares the tokenizer and shards that a configuration trains on, from {@code data.corpus} into
 * {@code data.work}. Existing results are reused.
 */
public final class CorpusPreparation {
    /** Name of the tokenizer in a run's folder. */
    public static final String TOKENIZER = "tokenizer.json";

    private CorpusPreparation() {}

    /**
     * Returns the configuration with {@code data.shards} filled in. Copies the tokenizer into the
     * run's folder, so that evaluation and generation need only that folder.
     *
     * @throws ConfigException if the configuration names neither shards nor a corpus
     * @throws LimeException if the corpus cannot be prepared
     */
    public static RunConfig prepare(RunConfig config, PreparationListener listener) {
        DataConfig data = config.data();
        if (!data.shards().isEmpty()) {
            if (!data.tokenizer().path().isEmpty()) {
                copyTokenizer(Path.of(data.tokenizer().path()), config);
            }
            return config;
        }
        if (data.corpus().isEmpty()) {
            throw new ConfigException(
                    "[data] neither corpus nor shards are set. Hint: set data.corpus=FILE or"
                            + " data.shards=[{path: FOLDER}]");
        }
        Path tokenizer = tokenizer(data, listener);
        Path shards = shards(config, tokenizer, listener);
        copyTokenizer(tokenizer, config);
        return config.withData(data.withShards(shards));
    }

    private static Path tokenizer(DataConfig data, PreparationListener listener) {
        if (!data.tokenizer().path().isEmpty()) {
            return Path.of(data.tokenizer().path());
        }
        int size = data.tokenizer().vocabularySize();
        Path trained =
                data.work()
                        .resolve(
                                String.format(
                                        Locale.ROOT, "tokenizer-%d-%s.json", size, corpusId(data)));
        if (!Files.exists(trained)) {
            createFolder(data.work());
            TokenizerTraining.train(
                    data.corpus(), reader(data), size, trained, listener::onTokenizer);
        }
        return trained;
    }

    /** Returns a short hash of the corpus files, so that each corpus has its own tokenizer. */
    private static String corpusId(DataConfig data) {
        try (CorpusReader corpus = CorpusReader.open(data.corpus(), reader(data))) {
            String files =
                    corpus.files().stream()
                            .map(file -> file.path().toAbsolutePath() + " " + file.bytes())
                            .collect(Collectors.joining("\n"));
            return Sha256.of(files).substring(0, 8);
        }
    }

    private static Path shards(RunConfig config, Path tokenizer, PreparationListener listener) {
        DataConfig data = config.data();
        AnnotationMode mode = config.annotation();
        Alignment alignment = config.arm().split();
        Path output = data.work().resolve("shards-" + alignment.label() + "-" + mode.label());
        AnnotateJob job =
                AnnotateJob.of(
                                data.corpus(),
                                tokenizer,
                                output,
                                mode,
                                Annotators.bundled(data.tags()))
                        .withEndOfText(data.tokenizer().knownEndOfText())
                        .withAlignment(alignment)
                        .withReader(reader(data))
                        .withUnitCharacters(data.unitCharacters());
        listener.onShards(AnnotatePipeline.run(job, listener::onAnnotation));
        return output;
    }

    private static ReaderOptions reader(DataConfig data) {
        ReaderOptions defaults = ReaderOptions.defaults();
        return new ReaderOptions(
                data.textField(),
                defaults.idField(),
                defaults.maxDocumentBytes(),
                data.maxBadFraction(),
                defaults.maxCompressionRatio());
    }

    private static void copyTokenizer(Path tokenizer, RunConfig config) {
        createFolder(config.run().folder());
        try {
            byte[] content = Files.readAllBytes(tokenizer);
            AtomicFile.write(config.run().folder().resolve(TOKENIZER), out -> out.write(content));
        } catch (IOException e) {
            throw new LimeException("[" + tokenizer + "] cannot be read: " + e.getMessage(), e);
        }
    }

    private static void createFolder(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new LimeException("[" + folder + "] cannot be created: " + e.getMessage(), e);
        }
    }
}
