package org.limelm.train.generation;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.Optional;
import org.limelm.annotate.feature.FeatureFiles;
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
import org.limelm.train.config.ModelFiles;
import org.limelm.train.config.RunFolderConfig;

/** A trained model with its tokenizer and its annotators. Owns the tensors of the model. */
public final class TrainedModel implements AutoCloseable {
    private final NDManager manager;
    private final LimeDecoder decoder;
    private final Runnable release;
    private final ModelProvenance provenance;
    private final SubwordTokenizer tokenizer;
    private final Annotators annotators;

    private TrainedModel(
            NDManager manager,
            LimeDecoder decoder,
            ModelProvenance provenance,
            SubwordTokenizer tokenizer,
            Annotators annotators,
            Runnable release) {
        this.manager = manager;
        this.decoder = decoder;
        this.release = release;
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
        ModelFiles files = ModelFiles.of(folder);
        Annotators annotators =
                ModelAnnotators.of(
                        files.provenance(),
                        options.annotator().or(() -> files.kept(RunFolderConfig.ANNOTATOR)),
                        files.kept(FeatureFiles.FOLDER).map(Path::getParent));
        return open(files, options, annotators);
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
        ModelFiles files = ModelFiles.of(folder);
        ModelAnnotators.require(files.provenance(), annotators);
        return open(files, options, annotators);
    }

    private static TrainedModel open(ModelFiles files, Options options, Annotators annotators) {
        ModelProvenance provenance = files.provenance();
        SubwordTokenizer tokenizer =
                SubwordTokenizer.load(
                        options.tokenizerJson().orElseGet(files::tokenizer),
                        provenance.endOfTextId());
        files.requireTokenizer(tokenizer.sha256());
        NDManager manager = NDManager.newBaseManager(Devices.of(options.device()), "PyTorch");
        try {
            LoadedModel model =
                    ModelFolder.load(files.folder(), options.precision(), Recompute.NONE, manager);
            return new TrainedModel(
                    manager,
                    model.decoder(),
                    provenance,
                    tokenizer,
                    annotators,
                    () -> {
                        model.close();
                        manager.close();
                    });
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    /**
     * Returns a model that is being trained. Closing it closes the tokenizer, not the decoder.
     *
     * @param decoder the model; read when a generator or an evaluation is created
     * @param manager manager on the model's device
     * @param annotator folder of the linguistic models that tagged the training data; if empty, the
     *     bundled models
     * @param shards folder of shards of the training data, with the files of their features
     * @throws LimeException if tokenizer or annotator are not those of the model
     */
    public static TrainedModel inTraining(
            LimeDecoder decoder,
            NDManager manager,
            ModelProvenance provenance,
            SubwordTokenizer tokenizer,
            Optional<Path> annotator,
            Path shards) {
        return new TrainedModel(
                manager,
                decoder,
                provenance,
                tokenizer,
                ModelAnnotators.of(provenance, annotator, Optional.of(shards)),
                () -> {});
    }

    /** Opens a model in f32 on the best available device. */
    public static TrainedModel open(Path folder) {
        return open(folder, Options.defaults());
    }

    /** Returns the decoder. */
    public LimeDecoder decoder() {
        return decoder;
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
        release.run();
        tokenizer.close();
    }
}
