package org.limelm.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.limelm.model.torch.MatrixFormat;
import org.limelm.model.torch.TorchModule;
import org.limelm.model.torch.TorchValue;

/** Reads with libtorch's operators, on any device: decode.py. */
final class ScriptedReader implements TokenReader {
    private final ModelConfig config;
    private final double tokenScale;
    private final NDManager manager;
    private final TorchModule kernels;
    private final NDArray tokenTable; // (V, D)
    private final NDList tables; // per feature (tags, D), times w_d
    private final TorchValue matrices; // 4L + 1, see decode.py
    private final NDArray turns; // complex (contextLength, 1, C/2)

    ScriptedReader(LimeDecoder model, MatrixFormat format) {
        config = model.config();
        manager = model.parameter("final.norm").getManager().newSubManager();
        kernels = TorchModule.decoding(format);
        DecodingWeights weights = new DecodingWeights(model, kernels);
        tokenScale = DecodingWeights.tokenScale(config);
        tokenTable = weights.tokenTable(manager);
        tables = weights.tables(manager);
        turns = weights.turns(manager, tokenTable);
        matrices = kernels.inferValue("no_matrices");
        for (DecodingWeights.Source source : weights.matrices()) {
            kernels.inferValue(
                            "add_matrix",
                            matrices,
                            source.weight(),
                            source.gain(),
                            source.queryRows(),
                            config.headDim(),
                            model.precision().code())
                    .close();
        }
    }

    @Override
    public KvCache newCache(int batch, int capacity) {
        return new Cache(batch, capacity);
    }

    @Override
    public void close() {
        matrices.close();
        manager.close();
        kernels.close();
    }

    private final class Cache extends KvCache {
        private final TorchValue layers; // L × float32 (2, B, K, S, C): keys, then values

        Cache(int batch, int capacity) {
            super(ScriptedReader.this, batch, capacity);
            layers =
                    kernels.inferValue(
                            "new_cache",
                            tokenTable,
                            config.numLayers(),
                            batch,
                            config.numKvHeads(),
                            capacity,
                            config.headDim());
        }

        @Override
        float[] read(long[] tokens, List<long[]> tags) {
            try (NDManager scope = manager.newSubManager()) {
                Shape shape = new Shape(batch(), tokens.length / batch());
                NDList columns = new NDList();
                tags.forEach(column -> columns.add(scope.create(column, shape)));
                return kernels.infer(
                                scope,
                                "extend",
                                tokenTable,
                                tables,
                                matrices,
                                turns,
                                layers,
                                scope.create(tokens, shape),
                                columns,
                                length(),
                                config.numHeads(),
                                tokenScale,
                                config.activation().label(),
                                config.normEpsilon())
                        .toFloatArray();
            }
        }

        @Override
        public void close() {
            layers.close();
        }
    }
}
