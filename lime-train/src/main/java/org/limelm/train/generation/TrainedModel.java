package org.limelm.train.generation;

import ai.djl.ndarray.NDManager;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.limelm.annotate.models.Annotators;
import org.limelm.annotate.subword.SubwordTokenizer;
import org.limelm.core.LimeException;
import org.limelm.model.decoder.LimeDecoder;
import org.limelm.model.decoder.Recompute;
import org.limelm.model.device.Devices;
import org.limelm.model.device.Precision;
import org.limelm.model.weights.LoadedModel;
import org.limelm.model.weights.ModelFolder;
import org.limelm.train.arm.ModelProvenance;
import org.limelm.train.config.RunFolderConfig;

/** A trained model with its tokenizer and its annotators. Owns the tensors of the model. */
public final class TrainedModel implements AutoCloseable {
    private final NDManager manager;
    private final LoadedModel model;
    private final ModelProvenance provenance;
    private final SubwordTokenizer tokenizer;
    private final Annotators annotators;

    private TrainedModel(
            NDManager manager,
            LoadedModel model,
            ModelProvenance provenance,
            SubwordTokenizer tokenizer,
            Annotators annotators) {
        this.manager = manager;
        this.model = model;
        this.provenance = provenance;
        this.tokenizer = tokenizer;
        this.annotators = annotators;
    }

    /**
     * Options for opening a model.
     *
     * @param tokenizerJson the tokenizer; if empty, {@code tokenizer.json} in the model's folder or
     *     its parent
     * @param annotator folder of the linguistic models that tagged the training data; if empty,
     *     {@code annotator} in the model's folder or its parent, otherwise the bundled models
     * @param precision precision of the computation
     * @param device {@code auto}, {@code cpu}, {@code cuda} or {@code cuda:N}
     */
    public record Options(
            Optional<Path> tokenizerJson,
            Optional<Path> annotator,
            Precision precision,
            String device) {
        /** Returns the defaults: files kept by the run, f32, the best available device. */
        public static Options defaults() {
            return new Options(Optional.empty(), Optional.empty(), Precision.F32, "auto");
        }
    }

    /**
     * Opens a model for evaluation and generation.
     *
     * @param folder folder of a run or of a model
     * @throws LimeException if a file is missing, or if tokenizer or annotator are not those of the
     *     model
     */
    public static TrainedModel open(Path folder, Options options) {
        Path modelFolder = modelFolder(folder);
        ModelProvenance provenance = ModelProvenance.of(ModelFolder.describe(modelFolder));
        Annotators annotators =
                ModelAnnotators.of(
                        provenance,
                        options.annotator().or(() -> kept(modelFolder, RunFolderConfig.ANNOTATOR)));
        return open(modelFolder, provenance, options, annotators);
    }

    /**
     * Opens a model that was trained on the tags of custom annotators.
     *
     * @param annotators the annotators of the training data, used instead of {@code
     *     options.annotator()}
     * @throws LimeException if a file is missing, or if tokenizer or annotators are not those of
     *     the model
     */
    public static TrainedModel open(Path folder, Options options, Annotators annotators) {
        Path modelFolder = modelFolder(folder);
        ModelProvenance provenance = ModelProvenance.of(ModelFolder.describe(modelFolder));
        ModelAnnotators.require(provenance, annotators);
        return open(modelFolder, provenance, options, annotators);
    }

    private static TrainedModel open(
            Path modelFolder, ModelProvenance provenance, Options options, Annotators annotators) {
        SubwordTokenizer tokenizer =
                SubwordTokenizer.load(
                        options.tokenizerJson().orElseGet(() -> findTokenizer(modelFolder)),
                        provenance.endOfTextId());
        if (!tokenizer.sha256().equals(provenance.tokenizerSha256())) {
            throw new LimeException(
                    "[%s] tokenizer has SHA-256 %s, expected %s, with which the model was trained. Hint: set the right file with --tokenizer"
                            .formatted(
                                    modelFolder, tokenizer.sha256(), provenance.tokenizerSha256()));
        }
        NDManager manager = NDManager.newBaseManager(Devices.of(options.device()), "PyTorch");
        try {
            LoadedModel model =
                    ModelFolder.load(modelFolder, options.precision(), Recompute.NONE, manager);
            return new TrainedModel(manager, model, provenance, tokenizer, annotators);
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    /** Opens a model in f32 on the best available device. */
    public static TrainedModel open(Path folder) {
        return open(folder, Options.defaults());
    }

    /** Returns the model folder inside a run folder, or the folder itself. */
    private static Path modelFolder(Path folder) {
        Path inRun = folder.resolve("model");
        if (Files.exists(inRun.resolve(ModelFolder.CONFIG))) {
            return inRun;
        }
        if (Files.exists(folder.resolve(ModelFolder.CONFIG))) {
            return folder;
        }
        throw new LimeException(
                "[%s] no model found, expected %s or model/%s. Hint: use the folder of a finished run"
                        .formatted(folder, ModelFolder.CONFIG, ModelFolder.CONFIG));
    }

    private static Path findTokenizer(Path modelFolder) {
        return kept(modelFolder, RunFolderConfig.TOKENIZER)
                .orElseThrow(
                        () ->
                                new LimeException(
                                        "[%s] no %s in the folder of the model or its parent. Hint: set it with --tokenizer"
                                                .formatted(
                                                        modelFolder, RunFolderConfig.TOKENIZER)));
    }

    /** Finds a file or folder that a run keeps, in the model's folder or its parent. */
    private static Optional<Path> kept(Path modelFolder, String name) {
        Path parent = modelFolder.toAbsolutePath().getParent();
        return Stream.of(Optional.of(modelFolder), Optional.ofNullable(parent))
                .flatMap(Optional::stream)
                .map(folder -> folder.resolve(name))
                .filter(Files::exists)
                .findFirst();
    }

    /** Returns the decoder. */
    public LimeDecoder decoder() {
        return model.decoder();
    }

    /** Returns the provenance of the model. */
    public ModelProvenance provenance() {
        return provenance;
    }

    /** Returns the tokenizer of the model. */
    public SubwordTokenizer tokenizer() {
        return tokenizer;
    }

    /** Returns the annotators that provide the model's tags. */
    public Annotators annotators() {
        return annotators;
    }

    /** Returns the manager that owns the tensors of the model, for creating sub-managers. */
    public NDManager manager() {
        return manager;
    }

    @Override
    public void close() {
        model.close();
        manager.close();
        tokenizer.close();
    }
}
