package org.limelm.train.loop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.limelm.annotate.feature.FeatureAnnotators;
import org.limelm.annotate.feature.FeatureFiles;
import org.limelm.annotate.models.Annotators;
import org.limelm.core.ConfigException;
import org.limelm.core.io.AtomicFile;
import org.limelm.core.io.IoErrors;
import org.limelm.core.io.Sha256;
import org.limelm.train.config.DataConfig;
import org.limelm.train.config.InitialModel;
import org.limelm.train.config.RunConfig;
import org.limelm.train.config.RunFolderConfig;
import org.limelm.train.config.SourceConfig;
import org.limelm.train.data.TrainingData;
import org.limelm.train.record.RunFolder;

/**
 * What a run keeps of its inputs, so that its folder can be moved, evaluated and generated from by
 * itself: the tokenizer, the linguistic models and the files of the metadata features.
 *
 * @param tokenizer the {@code tokenizer.json} that made the shards, where the configuration names
 *     it
 * @param annotator the models that tagged the shards, where they are not the bundled ones
 * @param features the folder with the files of the metadata features, where there are any
 */
record RunInputs(Optional<Path> tokenizer, Optional<Path> annotator, Optional<Path> features) {
    /**
     * Returns the configuration as recorded: with the vocabulary size of the shards, or the
     * architecture of the model that the run starts from, and with absolute paths.
     *
     * @throws ConfigException if that model has another architecture or tokenizer
     */
    static RunConfig resolved(RunConfig requested, TrainingData data) {
        Optional<InitialModel> initial = InitialModel.of(requested);
        RunConfig config = InitialModel.resolve(requested);
        initial.ifPresent(
                model -> model.requireTokenizer(data.tokenizer(), config.data().allowMismatch()));
        int vocabularySize =
                initial.isPresent()
                        ? config.model().vocabularySize() // may be padded
                        : data.tokenizer().vocabularySize();
        DataConfig inputs = config.data();
        String tokenizer = inputs.tokenizer().path();
        DataConfig absolute =
                inputs.withShards(inputs.shards().stream().map(RunInputs::absolute).toList())
                        .withCorpus(inputs.corpus().stream().map(Path::toAbsolutePath).toList())
                        .withValidation(
                                inputs.validation().stream().map(Path::toAbsolutePath).toList())
                        .withWork(inputs.work().toAbsolutePath())
                        .withAnnotator(absolute(inputs.annotator()))
                        .withTokenizer(
                                inputs.tokenizer()
                                        .withPath(absolute(tokenizer))
                                        .withVocabularySize(data.tokenizer().vocabularySize()));
        return config.withModel(config.model().withVocabularySize(vocabularySize))
                .withInit(config.init().withFrom(absolute(config.init().from())))
                .withData(absolute)
                .withLogging(
                        config.logging()
                                .withMlflowFolder(config.logging().mlflowFolder().toAbsolutePath()))
                .withRun(new RunFolderConfig(config.run().folder().toAbsolutePath()));
    }

    private static SourceConfig absolute(SourceConfig source) {
        return new SourceConfig(source.path().toAbsolutePath(), source.weight());
    }

    private static String absolute(String path) {
        return path.isEmpty() ? path : Path.of(path).toAbsolutePath().toString();
    }

    /**
     * Checks tokenizer and linguistic models against the shards.
     *
     * @throws ConfigException if they are not those of the shards
     */
    static RunInputs check(RunConfig config, TrainingData data) {
        Optional<Path> tokenizer =
                Optional.of(config.data().tokenizer().path())
                        .filter(path -> !path.isEmpty())
                        .map(Path::of);
        tokenizer.ifPresent(
                file ->
                        require(
                                "data.tokenizer.path " + file,
                                "tokenizer with SHA-256 " + Sha256.ofFile(file),
                                data.tokenizer().sha256()));
        Optional<Path> annotator = config.data().annotatorFolder();
        annotator.ifPresent(
                folder -> {
                    Annotators annotators =
                            FeatureAnnotators.of(Optional.of(folder), config.data().features());
                    require(
                            "data.annotator " + folder,
                            "annotator " + annotators.id(),
                            data.annotator());
                });
        Optional<Path> features =
                Optional.of(shards(config).resolve(FeatureFiles.FOLDER)).filter(Files::isDirectory);
        return new RunInputs(tokenizer, annotator, features);
    }

    private static Path shards(RunConfig config) {
        return config.data().shards().get(0).path();
    }

    private static void require(String key, String found, String ofShards) {
        if (!found.endsWith(ofShards)) {
            throw new ConfigException(
                    "[%s] %s, but the shards were made with %s. Hint: use the one that annotated the corpus, or annotate again"
                            .formatted(key, found, ofShards));
        }
    }

    /**
     * Copies the inputs into a run's folder.
     *
     * @throws org.limelm.core.LimeException if a file cannot be read or the disk is full
     */
    void keep(RunFolder folder) {
        tokenizer.ifPresent(file -> copy(file, folder.root().resolve(RunFolderConfig.TOKENIZER)));
        annotator.ifPresent(
                models -> copyFolder(models, folder.root().resolve(RunFolderConfig.ANNOTATOR)));
        features.ifPresent(files -> copyFolder(files, folder.root().resolve(FeatureFiles.FOLDER)));
    }

    private static void copyFolder(Path from, Path into) {
        try {
            Files.createDirectories(into);
            List<Path> files;
            try (Stream<Path> children = Files.list(from)) {
                files = children.filter(Files::isRegularFile).sorted().toList();
            }
            files.forEach(file -> copy(file, into.resolve(file.getFileName())));
        } catch (IOException e) {
            throw IoErrors.cannotRead(from, e);
        }
    }

    private static void copy(Path from, Path to) {
        if (from.toAbsolutePath().equals(to.toAbsolutePath())) {
            return;
        }
        try {
            byte[] content = Files.readAllBytes(from);
            AtomicFile.write(to, out -> out.write(content));
        } catch (IOException e) {
            throw IoErrors.cannotRead(from, e);
        }
    }
}
