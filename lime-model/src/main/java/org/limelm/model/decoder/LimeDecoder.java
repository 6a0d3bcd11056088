package org.limelm.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.model.device.Precision;
import org.limelm.model.internal.torch.Pass;
import org.limelm.model.internal.torch.TorchModule;

/**
 * A decoder-only language model with optional linguistic metadata in its input.
 *
 * <p>The model owns its float32 weights, on the device of the manager it was created with. Results
 * are owned by the scope passed to each call, and no call copies to the host, except for document
 * ids on a GPU without {@link Batch#documentStarts}. A model is thread-safe as long as no thread
 * changes its weights.
 *
 * <p>Dimensions in this package: B batch, T time, D model, L layers, H query heads, K key/value
 * heads, C head dimension, F feed-forward width, V vocabulary.
 */
public final class LimeDecoder implements AutoCloseable {
    private final Precision precision;
    private final DecoderWeights weights;
    private final TorchModule kernels = DecoderKernels.PASSES.load();
    private final DecoderBlocks blocks;
    private final NDArray rope; // (contextLength, C/2, 2)
    private final BatchChecker checker;

    private LimeDecoder(DecoderWeights weights, Precision precision, Recompute recompute) {
        this(weights, precision, recompute, DecoderBlocks.rowKernels(weights, precision));
    }

    LimeDecoder(
            DecoderWeights weights,
            Precision precision,
            Recompute recompute,
            Optional<RowKernels> rows) {
        this.precision = precision;
        this.weights = weights;
        checker = new BatchChecker(weights);
        NDManager constants = weights.newManager();
        blocks = DecoderBlocks.of(weights, precision, recompute, rows, constants);
        rope = blocks.ropeTable(new Pass(kernels, constants), config());
    }

    /**
     * Creates a model with newly initialized weights, each determined by the seed and its name, so
     * models that differ only in their tables share the values of all other weights.
     *
     * @param config the architecture
     * @param features the metadata tables and the tag head; {@link ModelFeatures#NONE} for a
     *     baseline
     * @param precision the compute precision
     * @param recompute which layers recompute their intermediate results
     * @param manager parent of the model's manager; determines the device
     * @param init the distribution of the weights
     * @param seed seed of the initialization
     */
    public static LimeDecoder create(
            ModelConfig config,
            ModelFeatures features,
            Precision precision,
            Recompute recompute,
            NDManager manager,
            InitConfig init,
            long seed) {
        List<ParameterSpec> specs = ParameterSpec.of(config, features, init);
        DecoderWeights initial =
                new DecoderWeights(
                        config, features, precision, specs, new WeightInit(seed), manager);
        return new LimeDecoder(initial, precision, recompute);
    }

    /** Creates a model without a tag head, with the default initialization. */
    public static LimeDecoder create(
            ModelConfig config,
            MetadataSchema tables,
            Precision precision,
            Recompute recompute,
            NDManager manager,
            long seed) {
        ModelFeatures features = ModelFeatures.of(tables);
        return create(config, features, precision, recompute, manager, InitConfig.defaults(), seed);
    }

    /** Creates a model with weights from another source, such as a file. */
    public static LimeDecoder create(
            ModelConfig config,
            ModelFeatures features,
            Precision precision,
            Recompute recompute,
            NDManager manager,
            WeightSource weights) {
        List<ParameterSpec> specs = ParameterSpec.of(config, features);
        DecoderWeights loaded =
                new DecoderWeights(config, features, precision, specs, weights, manager);
        return new LimeDecoder(loaded, precision, recompute);
    }

    /** Returns the architecture. */
    public ModelConfig config() {
        return weights.config();
    }

    /** Returns the compute precision. */
    public Precision precision() {
        return precision;
    }

    /** Returns the features that enter the model, and those it predicts. */
    public ModelFeatures features() {
        return weights.features();
    }

    /** Returns the features that have a table, in the order of a batch's tags. */
    public MetadataSchema tables() {
        return weights.tables();
    }

    /**
     * Returns the weights by name, in forward order, for changes in place between calls: see {@link
     * #weightsChanged}.
     */
    public Map<String, NDArray> parameters() {
        return weights.arrays();
    }

    /**
     * Returns the weight with the given name.
     *
     * @throws IllegalArgumentException if the model has no weight of this name
     */
    public NDArray parameter(String name) {
        return weights.get(name);
    }

    /** Returns whether a parameter multiplies activations and therefore receives weight decay. */
    public boolean isMatrix(String name) {
        return weights.isMatrix(name);
    }

    /** Returns the number of trainable parameters. */
    public long parameterCount() {
        return parameters().values().stream().mapToLong(NDArray::size).sum();
    }

    /** Refreshes the copies in the compute precision; to be called after changes in place. */
    public void weightsChanged() {
        weights.refresh();
    }

    DecoderWeights weights() {
        return weights;
    }

    /** Returns the weights in the order in which a backward pass completes their gradients. */
    List<NDArray> completionOrder() {
        return blocks.completionOrder();
    }

    /**
     * Returns the mean cross-entropy over the batch's targets and its gradients, all owned by
     * {@code scope}.
     */
    public LossAndGradients lossAndGradients(Batch batch, NDManager scope) {
        NDArray count = kernels.call(scope, "count_targets", batch.targets());
        try (Gradients gradients = Gradients.of(this)) {
            NDArray loss =
                    accumulate(
                            batch, count, Objective.CROSS_ENTROPY, gradients, bucket -> {}, scope);
            NDList copies = new NDList();
            gradients.ordered().forEach(gradient -> copies.add(gradient.duplicate()));
            copies.attach(scope);
            return new LossAndGradients(loss, copies);
        }
    }

    /** Runs a forward and backward pass for the plain cross-entropy. */
    public NDArray accumulate(
            Batch batch, double targetCount, Gradients gradients, NDManager scope) {
        return accumulate(
                batch, targetCount, Objective.CROSS_ENTROPY, gradients, bucket -> {}, scope);
    }

    /**
     * Runs a forward and backward pass and accumulates gradients in place.
     *
     * @param targetCount divisor of the summed cross-entropy: the number of targets of the whole
     *     step, of which this batch may be a part
     * @param objective the loss that is differentiated
     * @param gradients gradients of this model
     * @param bucketDone called on this thread, while the pass is running, with the index of each
     *     bucket of {@code gradients} that this pass has completed
     * @param scope owner of intermediate arrays
     * @return the summed cross-entropy in nats divided by {@code targetCount}, a float32 scalar
     *     owned by {@code scope}
     */
    public NDArray accumulate(
            Batch batch,
            double targetCount,
            Objective objective,
            Gradients gradients,
            IntConsumer bucketDone,
            NDManager scope) {
        if (!(targetCount > 0)) {
            throw new IllegalArgumentException("targetCount " + targetCount + ", expected above 0");
        }
        NDArray normalizer = kernels.call(scope, "scalar", batch.tokens(), targetCount);
        return accumulate(batch, normalizer, objective, gradients, bucketDone, scope);
    }

    private NDArray accumulate(
            Batch batch,
            NDArray normalizer,
            Objective objective,
            Gradients gradients,
            IntConsumer bucketDone,
            NDManager scope) {
        checker.checkForTraining(batch);
        try (NDManager inner = scope.newSubManager()) {
            Pass pass = new Pass(kernels, inner);
            Positions positions = blocks.positions(batch, rope, pass);
            OutputHead.Targets targets = new OutputHead.Targets(batch.targets(), normalizer);
            NDArray loss =
                    new TrainingPass(blocks, pass, gradients)
                            .run(batch, positions, targets, objective, bucketDone);
            loss.attach(scope);
            return loss;
        }
    }

    /**
     * Runs a forward pass that a backward pass of the caller's objective can follow.
     *
     * @param scope parent of the manager that owns the pass
     */
    public ForwardPass forwardPass(Batch batch, NDManager scope) {
        checker.check(batch);
        Pass pass = new Pass(kernels, scope.newSubManager());
        return new ForwardPass(blocks, batch, blocks.positions(batch, rope, pass), pass);
    }

    /** Returns the score of each target and, if predicted in one pass, of its tags. */
    public TokenScores score(Batch batch, NDManager scope) {
        return score(batch, 0, scope);
    }

    /** Returns the score of each target, and the {@code top} most probable tokens beside it. */
    public TokenScores score(Batch batch, int top, NDManager scope) {
        try (NDManager inner = scope.newSubManager()) {
            Pass pass = new Pass(kernels, inner);
            NDArray x = forward(batch, pass);
            NDList scores = blocks.head().score(pass, x, batch.targets(), top);
            return TokenScores.of(scores, blocks.tagScores(pass, batch, x, features()), scope);
        }
    }

    /** Returns the logits of every position, float32 (B, T, V). Intended for small batches. */
    public NDArray logits(Batch batch, NDManager scope) {
        try (NDManager inner = scope.newSubManager()) {
            Pass pass = new Pass(kernels, inner);
            NDArray logits = blocks.head().logits(pass, forward(batch, pass));
            logits.attach(scope);
            return logits;
        }
    }

    /** Runs the forward pass up to the final norm without a tape, (B, T, D). */
    private NDArray forward(Batch batch, Pass pass) {
        checker.check(batch);
        Positions positions = blocks.positions(batch, rope, pass);
        NDArray x = blocks.embedding().forward(pass, batch.tokens(), batch.tags());
        for (Block block : blocks.layers()) {
            NDList inner = block.inner(pass, x, positions);
            NDArray next = block.output(pass, x, inner);
            inner.close();
            x.close();
            x = next;
        }
        return x;
    }

    /** Releases the weights; has no effect if already closed. */
    @Override
    public void close() {
        weights.close();
    }
}
