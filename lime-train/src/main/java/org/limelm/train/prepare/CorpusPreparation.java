package org.limelm.train.prepare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.limelm.annotate.pipeline.AnnotateJob;
import org.limelm.annotate.pipeline.AnnotatePipeline;
import org.limelm.core.ConfigException;
import org.limelm.core.LimeException;
import org.limelm.core.corpus.CorpusReader;
import org.limelm.core.corpus.ReaderOptions;
import org.limelm.core.io.FolderLock;
import org.limelm.core.io.Sha256;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.shard.ShardManifest;
import org.limelm.core.text.Alignment;
import org.limelm.train.config.DataConfig;
import org.limelm.train.config.InitialModel;
import org.limelm.train.config.RunConfig;

/**
 * Prepares the tokenizer and shards that a configuration trains on, from {@code data.corpus} into
 * {@code data.work}. Existing results are reused. If another process is preparing the same folder,
 * waits for it to finish.
 */
public final class CorpusPreparation {
    private CorpusPreparation() {}

    /**
     * Returns the configuration with {@code data.shards} and {@code data.tokenizer.path} filled in.
     * Writes to {@code data.work} only.
     *
     * @throws ConfigException if the configuration names neither shards nor a corpus
     * @throws LimeException if the corpus cannot be prepared
     */
    @SuppressWarnings("try") // the lock is held, not used
    public static RunConfig prepare(RunConfig requested, PreparationListener listener) {
        RunConfig config = InitialModel.resolve(requested);
        DataConfig data = config.data();
        if (!data.shards().isEmpty()) {
            return withValidation(config, listener);
        }
        if (data.corpus().isEmpty()) {
            throw new ConfigException(
                    "[data] neither corpus nor shards are set. Hint: set data.corpus=FILE or"
                            + " data.shards=[{path: FOLDER}]");
        }
        createFolder(data.work());
        try (FolderLock lock =
                FolderLock.await(data.work(), process -> listener.onWait(data.work(), process))) {
            Path tokenizer = tokenizer(data, listener);
            Path shards = shards(config, tokenizer, listener);
            DataConfig prepared =
                    data.withShards(shards)
                            .withTokenizer(data.tokenizer().withPath(tokenizer.toString()));
            return validation(config.withData(prepared), listener);
        }
    }

    @SuppressWarnings("try") // the lock is held, not used
    private static RunConfig withValidation(RunConfig config, PreparationListener listener) {
        DataConfig data = config.data();
        if (data.validation().stream().allMatch(CorpusPreparation::isShards)) {
            return config;
        }
        if (data.tokenizer().path().isEmpty()) {
            throw new ConfigException(
                    "[data] validation contains text to annotate, but no tokenizer is set. Hint: set"
                            + " data.tokenizer.path to the tokenizer of data.shards");
        }
        createFolder(data.work());
        try (FolderLock lock =
                FolderLock.await(data.work(), process -> listener.onWait(data.work(), process))) {
            return validation(config, listener);
        }
    }

    /**
     * Annotates the text files of {@code data.validation} and returns the updated configuration.
     */
    private static RunConfig validation(RunConfig config, PreparationListener listener) {
        DataConfig data = config.data();
        Map<Boolean, List<Path>> byKind =
                data.validation().stream()
                        .collect(Collectors.partitioningBy(CorpusPreparation::isShards));
        List<Path> text = byKind.getOrDefault(false, List.of());
        if (text.isEmpty()) {
            return config;
        }
        List<Path> folders = new ArrayList<>(byKind.getOrDefault(true, List.of()));
        Path tokenizer = Path.of(data.tokenizer().path());
        folders.add(annotate(config, "validation", text, tokenizer, listener));
        return config.withData(data.withValidation(folders));
    }

    private static boolean isShards(Path path) {
        return Files.isRegularFile(path.resolve(ShardManifest.FILE));
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
            TokenizerTraining.train(
                    data.corpus(), reader(data), size, trained, listener.ofTokenizer());
        }
        return trained;
    }

    /**
     * Returns a short hash of the corpus files and of how they are read, if not by default, so that
     * each corpus has its own tokenizer.
     */
    private static String corpusId(DataConfig data) {
        try (CorpusReader corpus = CorpusReader.open(data.corpus(), reader(data))) {
            String files =
                    corpus.files().stream()
                            .map(file -> file.path().toAbsolutePath() + " " + file.bytes())
                            .collect(Collectors.joining("\n"));
            String reading = reader(data).identity();
            boolean byDefault = reading.equals(ReaderOptions.defaults().identity());
            return Sha256.of(byDefault ? files : files + "\n" + reading).substring(0, 8);
        }
    }

    private static Path shards(RunConfig config, Path tokenizer, PreparationListener listener) {
        return annotate(config, "shards", config.data().corpus(), tokenizer, listener);
    }

    /** Annotates text into a folder of {@code data.work} with the given name prefix. */
    private static Path annotate(
            RunConfig config,
            String name,
            List<Path> text,
            Path tokenizer,
            PreparationListener listener) {
        DataConfig data = config.data();
        AnnotationMode mode = config.annotation();
        Alignment alignment = config.arm().split();
        Path output = data.work().resolve(name + "-" + alignment.label() + "-" + mode.label());
        AnnotateJob job =
                AnnotateJob.of(text, tokenizer, output, mode, data.annotators())
                        .withEndOfText(data.tokenizer().knownEndOfText())
                        .withAlignment(alignment)
                        .withReader(reader(data))
                        .withUnitCharacters(data.unitCharacters());
        listener.onShards(AnnotatePipeline.run(job, listener::onAnnotation));
        return output;
    }

    private static ReaderOptions reader(DataConfig data) {
        return ReaderOptions.defaults()
                .withTextField(data.textField())
                .withTextSeparator(data.textSeparator())
                .withFilter(data.filter())
                .withMaxBadFraction(data.maxBadFraction());
    }

    private static void createFolder(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new LimeException("[" + folder + "] cannot be created: " + e.getMessage(), e);
        }
    }
}
