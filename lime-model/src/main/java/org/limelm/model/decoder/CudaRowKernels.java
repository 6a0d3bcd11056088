package org.limelm.model.decoder;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.Optional;
import org.limelm.model.device.Precision;
import org.limelm.model.internal.cuda.CudaModule;
import org.limelm.model.internal.cuda.CudaModule.Grid;
import org.limelm.model.internal.torch.CudaRuntime;
import org.limelm.model.internal.torch.GradientSink;
import org.limelm.model.internal.torch.Pass;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Row kernels in CUDA C++, one per operation, which keep intermediate values out of memory:
 * rows*.cu, for bfloat16 on a GPU. Gradients of gains are summed in a fixed order.
 */
final class CudaRowKernels implements RowKernels {
    private static final Logger LOG = LoggerFactory.getLogger(CudaRowKernels.class);

    private static final int VECTOR = 8; // elements that a thread handles together
    private static final int WARP = 32;
    private static final int MAX_THREADS = 256;
    private static final int MAX_WIDTH = 12_224; // float32 that fit the 48 KB of shared memory
    private static final long LOGITS_PER_CHUNK = 1 << 27; // 256 MiB
    private static final int BLOCKS_PER_PROCESSOR = 8;
    private static final int LOSS_THREADS = 512;

    private final ModelConfig config;
    private final CudaModule module;
    private final RowKernels others;
    private final int blocks; // that stride over rows

    private CudaRowKernels(ModelConfig config, CudaModule module, Device device) {
        this.config = config;
        this.module = module;
        this.others = new TorchRowKernels(config, Precision.BF16);
        this.blocks = CudaRuntime.multiprocessors(device) * BLOCKS_PER_PROCESSOR;
    }

    /**
     * Returns these kernels for a model, or those of libtorch if the compiler is missing or widths
     * are not multiples of 8. The log says which.
     */
    static RowKernels of(ModelConfig config, Device device) {
        boolean fits =
                config.hiddenSize() % VECTOR == 0
                        && config.hiddenSize() <= MAX_WIDTH
                        && config.ffnSize() % VECTOR == 0;
        if (!fits || config.vocabularySize() % VECTOR != 0) {
            LOG.warn(
                    "hiddenSize {}, ffnSize {}, vocabularySize {}: training is slower, as the kernels for GPUs need multiples of {} and a hiddenSize of at most {}",
                    config.hiddenSize(),
                    config.ffnSize(),
                    config.vocabularySize(),
                    VECTOR,
                    MAX_WIDTH);
        }
        return RowKernelModules.of(device)
                .filter(module -> fits)
                .<RowKernels>map(module -> new CudaRowKernels(config, module, device))
                .orElseGet(() -> new TorchRowKernels(config, Precision.BF16));
    }

    @Override
    public long logitsPerChunk() {
        return config.vocabularySize() % VECTOR == 0 ? LOGITS_PER_CHUNK : others.logitsPerChunk();
    }

    @Override
    public NDArray norm(Pass pass, NDArray x, NDArray gain) {
        long rows = rows(x);
        NDArray y = empty(pass, x, Precision.BF16, rows, width());
        module.launch("rms_norm", rowGrid(rows), y, x, gain, epsilon(), width());
        return y;
    }

    @Override
    public NDArray normBackward(
            Pass pass,
            NDArray x,
            NDArray gain,
            NDArray gradY,
            Optional<NDArray> stream,
            GradientSink sink) {
        long rows = rows(x);
        NDArray gradX = empty(pass, x, Precision.F32, x.getShape().getShape());
        int parts = Math.toIntExact(Math.min(rows, blocks));
        try (NDArray gains = empty(pass, x, Precision.F32, parts, width())) {
            Grid grid = new Grid(parts, rowThreads(), 1, width() * Float.BYTES);
            module.launch(
                    "rms_norm_backward",
                    grid,
                    gradX,
                    gains,
                    x,
                    gain,
                    gradY,
                    stream.<Object>map(array -> array).orElse(Optional.empty()),
                    epsilon(),
                    Math.toIntExact(rows),
                    width());
            sumRows(sink.single(), sink.add(), gains, 0, width());
        }
        return gradX;
    }

    @Override
    public NDArray gate(Pass pass, NDArray h) {
        NDArray a = empty(pass, h, Precision.BF16, h.getShape().get(0), config.ffnSize());
        long count = a.size() / VECTOR;
        module.launch("gate", vectorGrid(count), a, h, count, config.ffnSize(), silu());
        return a;
    }

    @Override
    public NDArray gateBackward(Pass pass, NDArray h, NDArray gradA) {
        NDArray gradH = empty(pass, h, Precision.BF16, h.getShape().getShape());
        long count = gradA.size() / VECTOR;
        module.launch(
                "gate_backward",
                vectorGrid(count),
                gradH,
                h,
                gradA,
                count,
                config.ffnSize(),
                silu());
        return gradH;
    }

    @Override
    public NDList rotate(Pass pass, NDArray qkv, NDList gains, NDArray rope) {
        long rows = qkv.getShape().get(0);
        int heads = config.numHeads();
        int kvHeads = config.numKvHeads();
        NDArray q = empty(pass, qkv, Precision.BF16, rows, heads, config.headDim());
        NDArray k = empty(pass, qkv, Precision.BF16, rows, kvHeads, config.headDim());
        long count = rows * (heads + kvHeads);
        module.launch(
                "rotate",
                warpGrid(count),
                q,
                k,
                qkv,
                gain(gains, 0),
                gain(gains, 1),
                rope,
                epsilon(),
                count,
                Math.toIntExact(rope.getShape().get(0)),
                heads,
                kvHeads,
                config.headDim());
        return new NDList(q, k);
    }

    @Override
    public NDArray rotateBackward(
            Pass pass, NDArray qkv, NDList gains, NDArray rope, NDList grads, GradientSink sink) {
        NDArray gradQkv = empty(pass, qkv, Precision.BF16, qkv.getShape().getShape());
        int c = config.headDim();
        long count = qkv.size() / c;
        Grid grid = warpGrid(count);
        int shared = MAX_THREADS / WARP * 2 * c * Float.BYTES;
        try (NDArray parts = empty(pass, qkv, Precision.F32, grid.blocks(), 2L * c)) {
            module.launch(
                    "rotate_backward",
                    new Grid(grid.blocks(), grid.threadsX(), 1, shared),
                    gradQkv,
                    parts,
                    qkv,
                    gain(gains, 0),
                    gain(gains, 1),
                    rope,
                    grads.get(0),
                    grads.get(1),
                    grads.get(2),
                    epsilon(),
                    count,
                    Math.toIntExact(rope.getShape().get(0)),
                    config.numHeads(),
                    config.numKvHeads(),
                    c);
            for (int i = 0; i < gains.size(); i++) {
                sumRows(sink.gradients().get(i), sink.add(), parts, i * c, c);
            }
        }
        return gradQkv;
    }

    @Override
    public NDArray crossEntropy(
            Pass pass, NDArray logits, NDArray targets, NDArray normalizer, Objective objective) {
        long vocabulary = logits.getShape().get(1);
        if (vocabulary % VECTOR != 0) {
            return others.crossEntropy(pass, logits, targets, normalizer, objective);
        }
        long rows = logits.getShape().get(0);
        NDArray nll = empty(pass, logits, Precision.F32, rows);
        module.launch(
                "cross_entropy",
                Grid.of(rows, LOSS_THREADS),
                logits,
                nll,
                targets,
                normalizer,
                (float) config.logitSoftCap(),
                (float) objective.zLoss(),
                Math.toIntExact(vocabulary));
        return nll;
    }

    /** total = the sum over the rows of some columns of parts, or total += it. */
    private void sumRows(NDArray total, boolean add, NDArray parts, int first, int columns) {
        int width = Math.toIntExact(parts.getShape().get(1));
        module.launch(
                "sum_rows",
                new Grid((columns + WARP - 1) / WARP, WARP, 8, 0),
                total,
                parts,
                first,
                Math.toIntExact(parts.getShape().get(0)),
                width,
                columns,
                add ? 1 : 0);
    }

    private static NDArray empty(Pass pass, NDArray like, Precision precision, long... shape) {
        return pass.call("empty", like, shape, precision.code());
    }

    private static Object gain(NDList gains, int index) {
        return gains.isEmpty() ? Optional.empty() : gains.get(index);
    }

    private long rows(NDArray x) {
        return x.size() / width();
    }

    private int width() {
        return config.hiddenSize();
    }

    private float epsilon() {
        return (float) config.normEpsilon();
    }

    private int silu() {
        return config.activation() == Activation.SWIGLU ? 1 : 0;
    }

    private int rowThreads() {
        int vectors = width() / VECTOR;
        return Math.min(MAX_THREADS, (vectors + WARP - 1) / WARP * WARP);
    }

    private Grid rowGrid(long rows) {
        return Grid.of(rows, rowThreads());
    }

    private Grid vectorGrid(long vectors) {
        long needed = (vectors + MAX_THREADS - 1) / MAX_THREADS;
        return Grid.of(Math.min(needed, 4L * blocks), MAX_THREADS);
    }

    private Grid warpGrid(long warps) {
        int perBlock = MAX_THREADS / WARP;
        return Grid.of(Math.min((warps + perBlock - 1) / perBlock, blocks), MAX_THREADS);
    }
}
