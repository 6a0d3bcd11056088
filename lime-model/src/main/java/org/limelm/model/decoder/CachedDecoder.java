package org.limelm.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import org.limelm.core.LimeException;
import org.limelm.model.torch.Pass;
import org.limelm.model.torch.TorchModule;

/**
 * A snapshot of a decoder for reading texts token by token: its matrices are in the format of
 * computation already. Later changes of the decoder's weights are not seen.
 */
public final class CachedDecoder implements AutoCloseable {
    private final ModelConfig config;
    private final int tableCount;
    private final int precision;
    private final NDManager manager;
    private final TorchModule kernels;
    private final DecoderBlocks blocks;
    private final NDArray rope; // (contextLength, C/2, 2)

    private CachedDecoder(LimeDecoder model) {
        config = model.config();
        tableCount = model.tables().size();
        precision = model.precision().code();
        manager = model.parameter("final.norm").getManager().newSubManager();
        kernels = TorchModule.kernels();
        blocks =
                DecoderBlocks.of(
                        config,
                        model.tables(),
                        model.parameters(),
                        weight -> kernels.call(manager, "to_dtype", weight, precision),
                        model.precision(),
                        Recompute.NONE,
                        manager);
        rope =
                kernels.call(
                        manager,
                        "rope_table",
                        model.parameter("final.norm"),
                        config.contextLength(),
                        config.headDim(),
                        config.ropeTheta());
    }

    /** Takes the snapshot; it lives on the decoder's device, at most as long as the decoder. */
    public static CachedDecoder of(LimeDecoder model) {
        return new CachedDecoder(model);
    }

    /**
     * Returns an empty cache.
     *
     * @param batch rows read side by side
     * @param capacity positions that shall fit, at most the context length
     * @throws LimeException if it exceeds the context length
     */
    public KvCache newCache(int batch, int capacity) {
        if (capacity > config.contextLength()) {
            throw new LimeException(
                    "[cache] "
                            + capacity
                            + " positions asked for, the model was made for "
                            + config.contextLength());
        }
        NDManager owner = manager.newSubManager();
        List<NDArray> keys = new ArrayList<>();
        List<NDArray> values = new ArrayList<>();
        for (int layer = 0; layer < config.numLayers(); layer++) {
            keys.add(emptyCache(owner, batch, capacity));
            values.add(emptyCache(owner, batch, capacity));
        }
        return new KvCache(owner, List.copyOf(keys), List.copyOf(values), capacity);
    }

    private NDArray emptyCache(NDManager owner, int batch, int capacity) {
        return kernels.call(
                owner,
                "new_cache",
                rope,
                batch,
                config.numKvHeads(),
                capacity,
                config.headDim(),
                precision);
    }

    /**
     * Reads the tokens that follow those in the cache and returns the logits after the last.
     *
     * @param cache receives the new positions
     * @param tokens int64 (B, T), T at least 1
     * @param tags one int64 (B, T) per table
     * @param scope owner of the result
     * @return float32 (B, V)
     * @throws LimeException if the cache has no room for T more, or a column of tags is missing
     */
    public NDArray extend(KvCache cache, NDArray tokens, List<NDArray> tags, NDManager scope) {
        int length = Math.toIntExact(tokens.getShape().get(1));
        if (cache.length() + length > cache.capacity()) {
            throw new LimeException(
                    "[cache] no room for %d tokens after %d of %d"
                            .formatted(length, cache.length(), cache.capacity()));
        }
        if (tags.size() != tableCount) {
            throw new LimeException(
                    "[cache] %d columns of tags, expected %d".formatted(tags.size(), tableCount));
        }
        try (NDManager inner = scope.newSubManager()) {
            Pass pass = new Pass(kernels, inner);
            NDArray here = pass.call("slice", rope, cache.length(), length);
            NDArray x = blocks.embedding().forward(pass, tokens, tags); // (B, T, D)
            for (Block block : blocks.layers()) {
                NDArray next = block.extend(pass, x, here, cache);
                x.close();
                x = next;
            }
            cache.advance(length);
            NDArray logits = blocks.head().logits(pass, pass.call("last", x)); // (B, V)
            logits.attach(scope);
            return logits;
        }
    }

    /** Frees the snapshot and its caches; a second call does nothing. */
    @Override
    public void close() {
        manager.close();
        kernels.close();
    }
}
