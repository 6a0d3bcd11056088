package org.limelm.model.decoder;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Optional;
import org.limelm.core.LimeException;
import org.limelm.model.internal.torch.TorchModule;
import org.limelm.model.internal.torch.TorchValue;

/**
 * A snapshot of a decoder for incremental decoding: matrices are packed for products with few rows,
 * with the norm gains folded in. The token table, the final norm and the tag head are shared with
 * the decoder; take a new snapshot after changing the weights. A snapshot is thread-safe; a cache
 * must be used by one thread at a time.
 */
public final class CachedDecoder implements AutoCloseable {
    private final ModelConfig config;
    private final List<Integer> tagCounts; // per table
    private final MatrixFormat format;
    private final NDManager manager;
    private final TorchModule kernels;
    private final NDArray tokenTable; // (V, D)
    private final NDList tables; // per feature (tags, D), times w_d
    private final NDList headNorms; // per layer (H + K, C), or none
    private final TorchValue matrices; // 4L + 1, see decode.py
    private final NDArray rope; // complex (contextLength, 1, C/2)
    private final NDArray finalGain; // (D)
    private final Optional<TagHead> tagHead;
    private final boolean feedsItself;

    private CachedDecoder(LimeDecoder model, MatrixFormat format) {
        this.format = format;
        config = model.config();
        tagCounts =
                model.tables().features().stream().map(feature -> feature.tags().size()).toList();
        manager = model.weights().newManager();
        kernels = format.kernels();
        DecodingWeights weights = new DecodingWeights(model, kernels);
        try {
            tokenTable = weights.tokenTable(manager);
            tables = weights.tables(manager);
            rope = weights.rope(manager, tokenTable);
            headNorms = weights.headNorms(manager);
            finalGain = model.parameter(ParameterNames.FINAL_NORM);
            tagHead = TagHead.of(model.weights());
            feedsItself = model.features().predictsOwnTags();
            matrices = weights.matrices();
        } catch (RuntimeException | Error e) {
            manager.close();
            throw e;
        }
    }

    /**
     * Creates a snapshot on the decoder's device; close it before the decoder.
     *
     * @param batch expected batch size; other sizes work but may be slower
     * @throws LimeException if a matrix contains a non-finite value
     */
    public static CachedDecoder of(LimeDecoder model, int batch) {
        Device device = model.weights().device();
        return of(model, MatrixFormat.fastest(device, model.precision(), batch));
    }

    /** Creates a snapshot with matrices in a given format. */
    static CachedDecoder of(LimeDecoder model, MatrixFormat format) {
        return new CachedDecoder(model, format);
    }

    /** Returns the format of the matrices. */
    public MatrixFormat format() {
        return format;
    }

    /**
     * Returns an empty cache, which the caller must close.
     *
     * @param batch batch size
     * @param capacity maximum number of positions, from 1 to the context length
     * @throws LimeException if {@code capacity} exceeds the context length, or either argument is
     *     below 1
     */
    public KvCache newCache(int batch, int capacity) {
        return newCache(batch, capacity, 0);
    }

    private KvCache newCache(int batch, int capacity, int spare) {
        if (capacity > config.contextLength()) {
            throw new LimeException(
                    "[cache] "
                            + capacity
                            + " positions requested, expected at most the context length "
                            + config.contextLength());
        }
        if (batch < 1 || capacity < 1) {
            throw new LimeException(
                    "[cache] %d texts of %d positions, expected at least 1"
                            .formatted(batch, capacity));
        }
        TorchValue layers =
                kernels.inferValue(
                        "new_cache",
                        tokenTable,
                        config.numLayers(),
                        batch,
                        config.numKvHeads(),
                        capacity + spare,
                        config.headDim());
        return new KvCache(this, layers, batch, capacity);
    }

    /**
     * Appends tokens to the cache and returns the logits after the last one.
     *
     * @param cache receives the new positions; created by {@link #newCache}
     * @param tokens (B, T) in row-major order, T at least 1
     * @param tags one array like {@code tokens} per table
     * @return (B, V) in row-major order
     * @throws LimeException if the cache has no room for T more positions, a length does not match
     *     the cache's batch size, or an id is out of range
     * @throws IllegalArgumentException if the cache belongs to another decoder
     * @throws IllegalStateException if the cache, this decoder or the model is closed
     */
    public float[] extend(KvCache cache, long[] tokens, List<long[]> tags) {
        if (cache.owner() != this) {
            throw new IllegalArgumentException("[cache] belongs to another decoder");
        }
        int length = check(cache, tokens, tags);
        float[] logits = forward(cache, tokens, tags);
        cache.advance(length);
        return logits;
    }

    /**
     * Starts texts whose tags this model predicts itself. The result must be closed before this
     * decoder.
     *
     * @param batch number of texts B
     * @param capacity maximum number of positions, from 1 to the context length
     * @param candidates maximum number of candidates per position, at least 1
     * @throws LimeException as {@link #newCache}, or if the model has no tag head for the tags that
     *     its positions read
     */
    public SelfFedTexts newSelfFedTexts(int batch, int capacity, int candidates) {
        TagHead head =
                tagHead.filter(found -> feedsItself)
                        .orElseThrow(
                                () ->
                                        new LimeException(
                                                "[model] has no head that predicts its own tags. Hint: train arm lime+1 with nextTags"));
        if (candidates < 1) {
            throw new LimeException("[model] " + candidates + " candidates, expected at least 1");
        }
        KvCache cache = newCache(batch, capacity, candidates - 1);
        return new SelfFedTexts(this, cache, candidates, head, manager.newSubManager());
    }

    /** Returns log-probabilities (B, Q, V) and final states (B, Q, D), see decode_candidates.py. */
    NDList readCandidates(KvCache cache, NDArray tokens, NDList tags, NDManager scope) {
        return kernels.inferList(
                scope,
                "read_candidates",
                tokenTable,
                tables,
                matrices,
                headNorms,
                rope,
                cache.layers(),
                tokens,
                tags,
                cache.length(),
                config.numHeads(),
                config.tokenScale(),
                config.activation().label(),
                config.normEpsilon(),
                config.logitSoftCap(),
                finalGain);
    }

    TorchModule kernels() {
        return kernels;
    }

    ModelConfig config() {
        return config;
    }

    List<Integer> tagCounts() {
        return tagCounts;
    }

    private float[] forward(KvCache cache, long[] tokens, List<long[]> tags) {
        try (NDManager scope = manager.newSubManager()) {
            Shape shape = new Shape(cache.batch(), tokens.length / cache.batch());
            NDList columns = new NDList();
            tags.forEach(column -> columns.add(scope.create(column, shape)));
            return kernels.infer(
                            scope,
                            "extend",
                            tokenTable,
                            tables,
                            matrices,
                            headNorms,
                            rope,
                            cache.layers(),
                            scope.create(tokens, shape),
                            columns,
                            cache.length(),
                            config.numHeads(),
                            config.tokenScale(),
                            config.activation().label(),
                            config.normEpsilon(),
                            config.logitSoftCap())
                    .toFloatArray();
        }
    }

    /** Checks the arguments and returns T. */
    private int check(KvCache cache, long[] tokens, List<long[]> tags) {
        if (tokens.length == 0 || tokens.length % cache.batch() != 0) {
            throw new LimeException(
                    "[cache] %d tokens, expected (%d, T)".formatted(tokens.length, cache.batch()));
        }
        int length = tokens.length / cache.batch();
        if (cache.length() + length > cache.capacity()) {
            throw new LimeException(
                    "[cache] cannot append %d tokens, %d of %d positions are in use"
                            .formatted(length, cache.length(), cache.capacity()));
        }
        if (tags.size() != tagCounts.size()) {
            throw new LimeException(
                    "[cache] %d columns of tags, expected %d"
                            .formatted(tags.size(), tagCounts.size()));
        }
        checkIds("token", tokens, config.vocabularySize());
        for (int table = 0; table < tags.size(); table++) {
            if (tags.get(table).length != tokens.length) {
                throw new LimeException(
                        "[cache] %d tags for %d tokens"
                                .formatted(tags.get(table).length, tokens.length));
            }
            checkIds("tag", tags.get(table), tagCounts.get(table));
        }
        return length;
    }

    private static void checkIds(String what, long[] ids, int count) {
        for (long id : ids) {
            if (id < 0 || id >= count) {
                throw new LimeException(
                        "[cache] %s id %d, expected 0 to %d".formatted(what, id, count - 1));
            }
        }
    }

    /** Releases the snapshot; has no effect if already closed. */
    @Override
    public void close() {
        matrices.close();
        manager.close();
    }
}
