package org.limelm.model.decoder;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.sun.jna.Pointer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.limelm.model.machine.StepMachine;
import org.limelm.model.machine.StepShape;
import org.limelm.model.machine.StepWeights;
import org.limelm.model.torch.MatrixFormat;
import org.limelm.model.torch.Precision;
import org.limelm.model.torch.TensorAddress;
import org.limelm.model.torch.Threads;
import org.limelm.model.torch.TorchModule;

/** Reads with machine code written for the model, where the processor has what that takes. */
final class CompiledReader implements TokenReader {
    private final ModelConfig config;
    private final NDManager manager;
    private final StepMachine machine;

    /**
     * @throws IllegalArgumentException if there is an {@link #obstacle}
     */
    CompiledReader(LimeDecoder model) {
        obstacle(model)
                .ifPresent(
                        reason -> {
                            throw new IllegalArgumentException("[machine code] " + reason);
                        });
        config = model.config();
        manager = model.parameter("final.norm").getManager().newSubManager();
        try (TorchModule kernels = TorchModule.decoding(MatrixFormat.BLOCKS)) {
            machine = new StepMachine(shape(model), weights(model, kernels));
        } catch (RuntimeException | Error e) {
            manager.close();
            throw e;
        }
    }

    private StepWeights weights(LimeDecoder model, TorchModule kernels) {
        DecodingWeights weights = new DecodingWeights(model, kernels);
        NDArray tokenTable = weights.tokenTable(manager);
        List<Long> matrices = new ArrayList<>();
        for (DecodingWeights.Source source : weights.matrices()) {
            matrices.add(address(arrange(source, shape(model), model.precision(), kernels)));
        }
        return new StepWeights(
                address(tokenTable),
                addresses(weights.tables(manager)),
                matrices,
                address(weights.turns(manager, tokenTable)));
    }

    /** Returns why a model cannot be read in this way on this machine, if it cannot. */
    static Optional<String> obstacle(LimeDecoder model) {
        Device device = model.parameter("final.norm").getDevice();
        if (device.isGpu()) {
            return Optional.of("the model is on " + device);
        }
        StepShape shape = shape(model);
        return shape.obstacle().or(() -> StepMachine.obstacle(shape.bf16()));
    }

    private static StepShape shape(LimeDecoder model) {
        ModelConfig config = model.config();
        return new StepShape(
                config.hiddenSize(),
                config.numLayers(),
                config.numHeads(),
                config.numKvHeads(),
                config.headDim(),
                config.ffnSize(),
                config.vocabularySize(),
                config.contextLength(),
                model.tables().size(),
                config.activation() == Activation.GEGLU,
                DecodingWeights.tokenScale(config),
                config.normEpsilon(),
                model.precision() == Precision.BF16,
                Threads.inUse());
    }

    private NDArray arrange(
            DecodingWeights.Source source,
            StepShape shape,
            Precision precision,
            TorchModule kernels) {
        long[] runs =
                shape.runs(source.rows(), source.gated() ? 2 : 1).stream()
                        .flatMap(run -> List.of(run.first(), run.size(), run.count()).stream())
                        .mapToLong(Integer::longValue)
                        .toArray();
        return kernels.infer(
                manager,
                "arrange",
                source.weight(),
                source.gain(),
                source.queryRows(),
                config.headDim(),
                source.gated(),
                runs,
                precision.code());
    }

    private static long address(NDArray array) {
        return TensorAddress.of(array).address();
    }

    private static List<Long> addresses(NDList arrays) {
        return arrays.stream().map(CompiledReader::address).toList();
    }

    @Override
    public KvCache newCache(int batch, int capacity) {
        return new Cache(batch, capacity);
    }

    @Override
    public void close() {
        machine.close();
        manager.close();
    }

    private final class Cache extends KvCache {
        private final NDArray workspace;
        private final NDArray layers; // (L, 2, B, K, S, C): keys, then values
        private final StepMachine.Cache addresses;
        private boolean freed;

        Cache(int batch, int capacity) {
            super(CompiledReader.this, batch, capacity);
            int whole = StepMachine.POSITIONS_MULTIPLE;
            int positions = (capacity + whole - 1) / whole * whole;
            layers =
                    manager.zeros(
                            new Shape(
                                    config.numLayers(),
                                    2,
                                    batch,
                                    config.numKvHeads(),
                                    positions,
                                    config.headDim()));
            workspace = manager.zeros(new Shape(machine.workspaceBytes() / Float.BYTES));
            addresses =
                    new StepMachine.Cache(
                            new Pointer(address(workspace)), address(layers), positions, batch);
        }

        /** Position by position, so that the last rows are those whose logits are asked for. */
        @Override
        float[] read(long[] tokens, List<long[]> tags) {
            if (freed || !manager.isOpen()) {
                throw new IllegalStateException("[cache] it is closed, or its decoder is");
            }
            int rows = tokens.length;
            int last = rows - batch();
            for (int from = 0; from < last; from += StepMachine.MOST_ROWS) {
                int to = Math.min(from + StepMachine.MOST_ROWS, last);
                machine.read(addresses, rows(from, to, tokens, tags));
            }
            float[] logits = new float[batch() * config.vocabularySize()];
            for (int from = last; from < rows; from += StepMachine.MOST_ROWS) {
                int to = Math.min(from + StepMachine.MOST_ROWS, rows);
                int start = (from - last) * config.vocabularySize();
                machine.readForLogits(addresses, rows(from, to, tokens, tags), logits, start);
            }
            return logits;
        }

        private List<StepMachine.Row> rows(int from, int to, long[] tokens, List<long[]> tags) {
            return IntStream.range(from, to).mapToObj(row -> row(row, tokens, tags)).toList();
        }

        private StepMachine.Row row(int row, long[] tokens, List<long[]> tags) {
            int text = row % batch();
            int position = row / batch();
            int index = text * (tokens.length / batch()) + position;
            List<Long> ids = tags.stream().map(column -> column[index]).toList();
            return new StepMachine.Row(text, length() + position, tokens[index], ids);
        }

        @Override
        public void close() {
            freed = true;
            layers.close();
            workspace.close();
        }
    }
}
