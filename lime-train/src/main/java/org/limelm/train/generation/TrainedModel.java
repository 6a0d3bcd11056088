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

/** A trained model with the tokenizer and the annotators that fit it. Owns its tensors. */
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
     * How a model is opened.
     *
     * @param tokenizerJson its tokenizer; where empty, {@code tokenizer.json} in the folder or
     *     above
     * @param annotator folder of the linguistic models that tagged its training data; where empty,
     *     {@code annotator} in the folder or above, else the bundled models
     * @param precision the format to compute in
     * @param device {@code auto}, {@code cpu}, {@code cuda} or {@code cuda:N}
     */
    public record Options(
            Optional<Path> tokenizerJson,
            Optional<Path> annotator,
            Precision precision,
            String device) {
        /** Returns: what the run kept, in f32, on the best device there is. */
        public static Options defaults() {
            return new Options(Optional.empty(), Optional.empty(), Precision.F32, "auto");
        }
    }

    /**
     * Opens a model for evaluation and generation.
     *
     * @param folder of a run, or of a model
     * @throws LimeException if a part is missing, or the tokenizer or the annotator is not the
     *     model's
     */
    public static TrainedModel open(Path folder, Options options) {
        Path modelFolder = modelFolder(folder);
        ModelProvenance provenance = ModelProvenance.of(ModelFolder.describe(modelFolder));
        SubwordTokenizer tokenizer =
                SubwordTokenizer.load(
                        options.tokenizerJson().orElseGet(() -> findTokenizer(modelFolder)),
                        provenance.endOfTextId());
        if (!tokenizer.sha256().equals(provenance.tokenizerSha256())) {
            throw new LimeException(
                    "[%s] tokenizer has SHA-256 %s, the model was trained with %s. Hint: name its own with --tokenizer"
                            .formatted(
                                    modelFolder, tokenizer.sha256(), provenance.tokenizerSha256()));
        }
        Annotators annotators =
                ModelAnnotators.of(
                        provenance,
                        options.annotator().or(() -> kept(modelFolder, RunFolderConfig.ANNOTATOR)));
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

    /** Opens a model in f32 on the best device there is. */
    public static TrainedModel open(Path folder) {
        return open(folder, Options.defaults());
    }

    /** Returns the model's folder within that of a run, or the folder itself. */
    private static Path modelFolder(Path folder) {
        Path inRun = folder.resolve("model");
        if (Files.exists(inRun.resolve(ModelFolder.CONFIG))) {
            return inRun;
        }
        if (Files.exists(folder.resolve(ModelFolder.CONFIG))) {
            return folder;
        }
        throw new LimeException(
                "[%s] holds no model: neither %s nor model/%s. Hint: name the folder of a finished run"
                        .formatted(folder, ModelFolder.CONFIG, ModelFolder.CONFIG));
    }

    private static Path findTokenizer(Path modelFolder) {
        return kept(modelFolder, RunFolderConfig.TOKENIZER)
                .orElseThrow(
                        () ->
                                new LimeException(
                                        "[%s] no %s beside the model. Hint: name it with --tokenizer"
                                                .formatted(
                                                        modelFolder, RunFolderConfig.TOKENIZER)));
    }

    /** Returns what a run keeps under a name, in the model's folder or the one above. */
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

    /** Returns how the model came to be. */
    public ModelProvenance provenance() {
        return provenance;
    }

    /** Returns the model's tokenizer. */
    public SubwordTokenizer tokenizer() {
        return tokenizer;
    }

    /** Returns the annotators whose tags the model has tables for. */
    public Annotators annotators() {
        return annotators;
    }

    /** Returns the owner of the model's tensors; scopes are made below it. */
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
