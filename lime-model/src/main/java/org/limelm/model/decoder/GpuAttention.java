package org.limelm.model.decoder;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.limelm.model.device.Precision;
import org.limelm.model.internal.torch.Pass;
import org.limelm.model.internal.torch.TorchContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Attention on a GPU. Flash attention reads rows and documents alike; cuDNN reads rows only, and on
 * Hopper GPUs takes half the time.
 */
enum GpuAttention {
    /** cuDNN's attention for rows, flash attention for documents. */
    CUDNN,
    /** The same, with keys and values repeated for every query head, for an older cuDNN. */
    CUDNN_REPEATED,
    /** Flash attention only. */
    FLASH;

    private static final Logger LOG = LoggerFactory.getLogger(GpuAttention.class);
    private static final Map<Heads, GpuAttention> FOUND = new ConcurrentHashMap<>();
    private static final int TRIAL_LENGTH = 256;
    private static final double TOLERANCE = 2e-2; // several times the rounding of bfloat16

    /** Shorter rows, which cuDNN may not support, use flash attention. */
    private static final int MIN_ROW = 64;

    private record Heads(Device device, int heads, int kvHeads, int width) {}

    /**
     * Returns the fastest attention that works for a model on a GPU, which a short trial decides.
     * If libtorch is set to be deterministic, this is flash attention, whose backward pass then is.
     *
     * @param capabilityMajor the GPU's; cuDNN is faster from 9, Hopper
     */
    static GpuAttention of(ModelConfig config, Device device, int capabilityMajor) {
        if (capabilityMajor < 9 || TorchContext.isDeterministic()) {
            return FLASH;
        }
        Heads heads = new Heads(device, config.numHeads(), config.numKvHeads(), config.headDim());
        return FOUND.computeIfAbsent(heads, GpuAttention::find);
    }

    private static GpuAttention find(Heads heads) {
        for (GpuAttention candidate : List.of(CUDNN, CUDNN_REPEATED)) {
            try {
                double distance = candidate.distanceFromFlash(heads);
                if (distance <= TOLERANCE) {
                    LOG.info("attention: {}, differs from FLASH by {}", candidate, distance);
                    return candidate;
                }
                LOG.warn("attention: {} differs from FLASH by {}", candidate, distance);
            } catch (EngineException e) {
                LOG.info("attention: {} does not work: {}", candidate, e.getMessage());
            }
        }
        LOG.warn("Training is slower: cuDNN's attention does not work, flash attention is used");
        return FLASH;
    }

    /** Returns the largest relative distance of result and gradients on random rows. */
    private double distanceFromFlash(Heads heads) {
        try (NDManager manager = NDManager.newBaseManager(heads.device(), "PyTorch")) {
            Pass pass = new Pass(DecoderKernels.PASSES.load(), manager);
            long n = 2L * TRIAL_LENGTH;
            int c = heads.width();
            NDArray rows = manager.zeros(new Shape(2, TRIAL_LENGTH));
            NDArray q = random(pass, rows, n, heads.heads(), c);
            NDArray k = random(pass, rows, n, heads.kvHeads(), c);
            NDArray qkv = random(pass, rows, n, (heads.heads() + 2L * heads.kvHeads()) * c);
            NDArray gradO = random(pass, rows, n, (long) heads.heads() * c);
            NDArray starts = pass.call("sequences", rows, TRIAL_LENGTH);
            Positions positions = Positions.rows(rows, starts, TRIAL_LENGTH);
            NDList mine = resultAndGradients(pass, q, k, qkv, gradO, positions);
            NDList flash = FLASH.resultAndGradients(pass, q, k, qkv, gradO, positions);
            return pass.call("largest_distance", mine, flash).getFloat();
        }
    }

    private NDList resultAndGradients(
            Pass pass, NDArray q, NDArray k, NDArray qkv, NDArray gradO, Positions positions) {
        NDList attended = forward(pass, q, k, qkv, positions);
        NDList all = backward(pass, q, k, qkv, attended, gradO, positions);
        all.add(attended.get(0));
        return all;
    }

    private static NDArray random(Pass pass, NDArray like, long... shape) {
        return pass.call("random", like, shape, Precision.BF16.code());
    }

    /**
     * Returns the attended values, (N, H, C), and what the backward pass needs besides.
     *
     * @param q (N, H, C)
     * @param k (N, K, C)
     * @param qkv (N, (H + 2K)·C), of which the values are used
     */
    NDList forward(Pass pass, NDArray q, NDArray k, NDArray qkv, Positions positions) {
        if (usesFlash(positions)) {
            return pass.callForList(
                    "flash_attention", q, k, qkv, positions.starts(), positions.longest());
        }
        return pass.callForList(
                "row_attention", q, k, qkv, positions.longest(), this == CUDNN_REPEATED);
    }

    /**
     * Returns the gradients of queries, (N, H, C), and of keys and values, (N, K, C).
     *
     * @param attended result of {@link #forward}
     * @param gradO (N, H·C)
     */
    NDList backward(
            Pass pass,
            NDArray q,
            NDArray k,
            NDArray qkv,
            NDList attended,
            NDArray gradO,
            Positions positions) {
        NDArray o = attended.get(0);
        NDArray logSum = attended.get(1);
        if (usesFlash(positions)) {
            return pass.callForList(
                    "flash_attention_backward",
                    q,
                    k,
                    qkv,
                    o,
                    logSum,
                    gradO,
                    positions.starts(),
                    positions.longest());
        }
        return pass.callForList(
                "row_attention_backward",
                q,
                k,
                qkv,
                o,
                logSum,
                gradO,
                positions.longest(),
                this == CUDNN_REPEATED);
    }

    private boolean usesFlash(Positions positions) {
        return this == FLASH || !positions.areRows() || positions.longest() < MIN_ROW;
    }
}
