package org.limelm.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.model.device.Precision;
import org.limelm.model.internal.torch.Pass;
import org.limelm.model.internal.torch.TorchModule;

/**
 * A decoder-only language model whose input may be enriched with linguistic metadata.
 *
 * <p>The model owns its float32 weights, on the device of the manager it was created with; all
 * results belong to the scope given with each call, and no call copies to the host. A model may be
 * read from several threads, as long as none changes its weights.
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

    private LimeDecoder(DecoderWeights weights, Precision precision, Recompute recompute) {
        this.precision = precision;
        this.weights = weights;
        NDManager constants = weights.newManager();
        blocks = DecoderBlocks.of(weights, precision, recompute, constants);
        rope =
                kernels.call(
                        constants,
                        "rope_table",
                        blocks.embedding().tokenTable(),
                        config().contextLength(),
                        config().headDim(),
                        config().ropeTheta());
    }

    /**
     * Creates a model with fresh weights, each determined by the seed and its name: models that
     * differ in their tables share the values of all other weights.
     *
     * @param config the architecture
     * @param tables the metadata tables to have; {@link MetadataSchema#EMPTY} for a baseline
     * @param precision the format of computation
     * @param recompute which layers save memory
     * @param manager parent of the model's own manager; its device is the model's
     * @param init the distribution of the weights
     * @param seed of the weights
     */
    public static LimeDecoder create(
            ModelConfig config,
            MetadataSchema tables,
            Precision precision,
            Recompute recompute,
            NDManager manager,
            InitConfig init,
            long seed) {
        List<ParameterSpec> specs = ParameterSpec.of(config, tables, init);
        WeightSource source = new WeightInit(seed);
        return new LimeDecoder(
                new DecoderWeights(config, tables, precision, specs, source, manager),
                precision,
                recompute);
    }

    /** Creates a model with fresh weights of the usual distribution. */
    public static LimeDecoder create(
            ModelConfig config,
            MetadataSchema tables,
            Precision precision,
            Recompute recompute,
            NDManager manager,
            long seed) {
        return create(config, tables, precision, recompute, manager, InitConfig.defaults(), seed);
    }

    /** Creates a model whose weights come from somewhere else, such as a file. */
    public static LimeDecoder create(
            ModelConfig config,
            MetadataSchema tables,
            Precision precision,
            Recompute recompute,
            NDManager manager,
            WeightSource weights) {
        List<ParameterSpec> specs = ParameterSpec.of(config, tables);
        return new LimeDecoder(
                new DecoderWeights(config, tables, precision, specs, weights, manager),
                precision,
                recompute);
    }

    /** Returns the architecture. */
    public ModelConfig config() {
        return weights.config();
    }

    /** Returns the format of computation. */
    public Precision precision() {
        return precision;
    }

    /** Returns the features whose tables the model has, in the order of a batch's tags. */
    public MetadataSchema tables() {
        return weights.tables();
    }

    /**
     * Returns the weights by name: the arrays themselves, float32, in the order of their way
     * through the model. They may be changed in place between calls.
     */
    public Map<String, NDArray> parameters() {
        return weights.arrays();
    }

    /**
     * Returns one weight.
     *
     * @throws IllegalArgumentException if the model has none of this name
     */
    public NDArray parameter(String name) {
        return weights.get(name);
    }

    /** Returns whether a parameter multiplies activations, and so receives weight decay. */
    public boolean isMatrix(String name) {
        return weights.isMatrix(name);
    }

    /** Returns the number of trained numbers. */
    public long parameterCount() {
        return parameters().values().stream().mapToLong(NDArray::size).sum();
    }

    /** Call after changing weights in place: refreshes the copies in the format of computation. */
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
     * Returns the mean cross-entropy over the batch's targets and its gradients, all in {@code
     * scope}. Training adds to gradients that stay: {@link #accumulate(Batch, double, Gradients,
     * NDManager)}.
     */
    public LossAndGradients lossAndGradients(Batch batch, NDManager scope) {
        NDArray count = kernels.call(scope, "count_targets", batch.targets());
        try (Gradients gradients = Gradients.of(this)) {
            NDArray loss =
                    accumulate(
                            batch, count, Objective.CROSS_ENTROPY, gradients, bucket -> {}, scope);
            NDList copies = new NDList();
            for (NDArray gradient : gradients.ordered()) {
                NDArray copy = gradient.duplicate();
                copy.attach(scope);
                copies.add(copy);
            }
            return new LossAndGradients(loss, copies);
        }
    }

    /** Runs forward and backward for the plain cross-entropy, without a completion callback. */
    public NDArray accumulate(
            Batch batch, double targetCount, Gradients gradients, NDManager scope) {
        return accumulate(
                batch, targetCount, Objective.CROSS_ENTROPY, gradients, bucket -> {}, scope);
    }

    /**
     * Runs forward and backward and adds to gradients in place.
     *
     * @param targetCount what the summed cross-entropy is divided by: the number of targets of the
     *     whole step, of which this batch may be a part
     * @param objective what the gradients are of
     * @param gradients those of this model
     * @param bucketDone is told, on this thread and while the pass goes on, the index of every
     *     buffer of {@code gradients} that this pass has completed
     * @param scope owner of intermediate arrays
     * @return the summed cross-entropy in nats, divided by {@code targetCount}: a float32 scalar in
     *     {@code scope}
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
        NDArray normalizer = scope.create((float) targetCount);
        return accumulate(batch, normalizer, objective, gradients, bucketDone, scope);
    }

    private NDArray accumulate(
            Batch batch,
            NDArray normalizer,
            Objective objective,
            Gradients gradients,
            IntConsumer bucketDone,
            NDManager scope) {
        batch.check(config(), tables());
        try (NDManager inner = scope.newSubManager()) {
            Pass pass = new Pass(kernels, inner);
            Gradients.Progress progress = gradients.progress(bucketDone);
            Tape tape = new Tape(pass, Positions.of(batch, rope, pass));
            NDArray x = blocks.embedding().forward(pass, batch.tokens(), batch.tags());
            for (Block block : blocks.layers()) {
                x = tape.forward(block, x); // (B, T, D)
            }
            OutputHead head = blocks.head();
            NDList output = new NDList(head.weight().master());
            OutputHead.Result result =
                    head.lossAndGradients(
                            pass,
                            x,
                            new OutputHead.Targets(batch.targets(), normalizer),
                            objective,
                            gradients.sink(output));
            x.close();
            if (!blocks.isTied()) {
                progress.completed(output);
            }
            NDArray gradEmbedded = tape.backward(result.gradX(), gradients, progress);
            NDList inputs = blocks.embedding().parameters();
            blocks.embedding()
                    .backward(
                            pass,
                            batch.tokens(),
                            batch.tags(),
                            gradEmbedded,
                            gradients.sink(inputs.subNDList(0, 1)),
                            gradients.sink(inputs.subNDList(1)));
            progress.completed(inputs);
            result.loss().attach(scope);
            return result.loss();
        }
    }

    /** Returns how well each target is predicted, without gradients. */
    public TokenScores score(Batch batch, NDManager scope) {
        try (NDManager inner = scope.newSubManager()) {
            Pass pass = new Pass(kernels, inner);
            TokenScores scores = blocks.head().score(pass, forward(batch, pass), batch.targets());
            scores.nll().attach(scope);
            scores.correct().attach(scope);
            return scores;
        }
    }

    /** Returns the logits of every position, float32 (B, T, V); for small batches. */
    public NDArray logits(Batch batch, NDManager scope) {
        try (NDManager inner = scope.newSubManager()) {
            Pass pass = new Pass(kernels, inner);
            NDArray logits = blocks.head().logits(pass, forward(batch, pass));
            logits.attach(scope);
            return logits;
        }
    }

    /** Runs without recording up to the final norm, (B, T, D). */
    private NDArray forward(Batch batch, Pass pass) {
        batch.check(config(), tables());
        Positions positions = Positions.of(batch, rope, pass);
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

    /** Frees the weights; a second call does nothing. */
    @Override
    public void close() {
        weights.close();
    }
}
