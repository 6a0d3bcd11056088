package org.limelm.train.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Optional;
import org.limelm.model.device.Precision;
import org.limelm.model.internal.torch.Kernels;
import org.limelm.model.internal.torch.TorchModule;

/**
 * Operations on all gradients or all weights at once, each a single native call. They work in
 * place, are not recorded for differentiation, and do not synchronize with the device.
 *
 * <p>Whether to apply an update is also decided on the device, by a step check (see {@link
 * #stepCheck}). A skipped update leaves everything unchanged, bit for bit.
 */
public final class OptimizerKernels {
    private static final Kernels SOURCE =
            Kernels.of(OptimizerKernels.class, "rounding", "optimizer", "muon");

    /** Elements per temporary copy when arrays are swapped: 16 MB. */
    private static final int SWAP_CHUNK = 1 << 22;

    private final TorchModule kernels = SOURCE.load();
    private final boolean mayReadScalars;

    /**
     * The hyperparameters of AdamW.
     *
     * @param learningRate learning rate of this update
     * @param beta1 decay of the mean of the gradients
     * @param beta2 decay of the mean of the squared gradients
     * @param epsilon added to the denominator
     * @param weightDecay decoupled, multiplied by the learning rate
     */
    public record Adam(
            double learningRate, double beta1, double beta2, double epsilon, double weightDecay) {}

    /** Loads the kernels, compiling them on first use. */
    public OptimizerKernels() {
        this(true);
    }

    /**
     * Loads the kernels, for tests of the code path used on a GPU.
     *
     * @param mayReadScalars whether to read scalars on the CPU to take shortcuts
     */
    OptimizerKernels(boolean mayReadScalars) {
        this.mayReadScalars = mayReadScalars;
    }

    /**
     * Computes the step check: whether to apply a step, and how to clip it.
     *
     * @param losses float32 scalars whose sum is the step's loss
     * @param gradients float32 arrays of any shapes
     * @param largestNorm the step is skipped if the global norm is larger
     * @param clipNorm maximum global norm, to which larger gradients are scaled down; 0 = no
     *     clipping
     * @return float32 (4) in {@code scope}: loss; norm; 1 to skip the step (loss or norm not
     *     finite, or norm too large), else 0; divisor of the gradients, max(1, norm / clipNorm)
     */
    public NDArray stepCheck(
            NDList losses, NDList gradients, double largestNorm, double clipNorm, NDManager scope) {
        return kernels.call(scope, "step_check", losses, gradients, largestNorm, clipNorm);
    }

    /**
     * Returns the Euclidean norm of all elements together, a scalar in {@code scope}.
     *
     * @param tensors float32 arrays of any shapes
     */
    public NDArray globalNorm(NDList tensors, NDManager scope) {
        return kernels.call(scope, "global_norm", tensors);
    }

    /** Like {@link #globalNorm(NDList, NDManager)}, in the manager of the first array. */
    public NDArray globalNorm(NDList tensors) {
        return globalNorm(tensors, tensors.get(0).getManager());
    }

    /**
     * Returns whether all elements are finite. Waits for the device.
     *
     * @param tensors float32 arrays of any shapes
     */
    public boolean areFinite(NDList tensors) {
        try (NDManager scope = tensors.get(0).getManager().newSubManager()) {
            return Float.isFinite(kernels.call(scope, "largest", tensors).getFloat());
        }
    }

    /**
     * Updates weights by AdamW with decoupled weight decay (Loshchilov and Hutter 2019, algorithm
     * 2, with the decay multiplied by the learning rate). All lists have the same length and order.
     *
     * @param params the weights, updated
     * @param grads their gradients; may be divided in place by the step check's divisor
     * @param means running means of the gradients, updated
     * @param squares running means of their squares, updated
     * @param steps float32 scalars with the number of updates of each weight, incremented first
     * @param stepCheck result of {@link #stepCheck}
     */
    public void adamW(
            NDList params,
            NDList grads,
            NDList means,
            NDList squares,
            NDList steps,
            NDArray stepCheck,
            Adam adam) {
        inPlace(
                "adamw_",
                params,
                grads,
                means,
                squares,
                steps,
                stepCheck,
                onHost(stepCheck),
                adam.learningRate(),
                adam.beta1(),
                adam.beta2(),
                adam.epsilon(),
                adam.weightDecay());
    }

    /** Updates weights by AdamW without a step check or clipping. */
    public void adamW(
            NDList params,
            NDList grads,
            NDList expAvg,
            NDList expAvgSq,
            NDList steps,
            double lr,
            double beta1,
            double beta2,
            double eps,
            double weightDecay) {
        if (params.isEmpty()) {
            return;
        }
        try (NDArray apply = params.get(0).getManager().create(new float[] {0, 0, 0, 1})) {
            Adam adam = new Adam(lr, beta1, beta2, eps, weightDecay);
            adamW(params, grads, expAvg, expAvgSq, steps, apply, adam);
        }
    }

    /** Returns a bfloat16 array of zeros with another array's shape and device. */
    public NDArray bf16Zeros(NDArray like, NDManager owner) {
        return kernels.call(owner, "zeros_bf16", like);
    }

    /**
     * Returns the rounding noise of one update, which depends only on the seed.
     *
     * @param parameters the parameters to update
     * @param scope owner of the tables, on the device of the parameters
     */
    public RoundingNoise roundingNoise(NDList parameters, long seed, NDManager scope) {
        long largest = parameters.stream().mapToLong(NDArray::size).max().orElse(1);
        int chunk = RoundingNoise.chunk(largest, scope.getDevice().isGpu());
        NDArray like = parameters.get(0);
        int count = chunk + RoundingNoise.OFFSETS;
        return new RoundingNoise(
                kernels.callForList(scope, "rounding_noise", like, count, seed), chunk);
    }

    /**
     * Like {@link #adamW(NDList, NDList, NDList, NDList, NDList, NDArray, Adam)} with means and
     * squares stored in bfloat16: the update is computed in float32 and rounded stochastically.
     *
     * @param keys one per parameter, see {@link RoundingNoise#key}
     */
    public void adamWBf16(
            NDList params,
            NDList grads,
            NDList means,
            NDList squares,
            NDList steps,
            long[] keys,
            RoundingNoise noise,
            NDArray stepCheck,
            Adam adam) {
        inPlace(
                "adamw_bf16_",
                params,
                grads,
                means,
                squares,
                steps,
                keys,
                noise.tables(),
                noise.chunk(),
                stepCheck,
                onHost(stepCheck),
                adam.learningRate(),
                adam.beta1(),
                adam.beta2(),
                adam.epsilon(),
                adam.weightDecay());
    }

    /**
     * Updates a matrix by Muon: Nesterov momentum, orthogonalized by Newton-Schulz iterations
     * (Jordan et al. 2024), times 0.2·√max(R, C) (Liu et al. 2025, arXiv 2502.16982), with
     * decoupled weight decay.
     *
     * @param param float32 (R, C), updated
     * @param grad (R, C), read
     * @param momentum (R, C), float32 or bfloat16, updated
     * @param stacked row counts of the stacked matrices, R in total; each is orthogonalized
     *     separately
     * @param key see {@link RoundingNoise#key}
     * @param noise rounding noise for a bfloat16 momentum, else empty
     * @param precision precision of the iterations
     */
    public void muon(
            NDArray param,
            NDArray grad,
            NDArray momentum,
            List<Long> stacked,
            long key,
            Optional<RoundingNoise> noise,
            NDArray stepCheck,
            double learningRate,
            double beta,
            double weightDecay,
            Precision precision) {
        kernels.callForList(
                        param.getManager(),
                        "muon_",
                        param,
                        grad,
                        momentum,
                        stacked.stream().mapToLong(Long::longValue).toArray(),
                        key,
                        noise.map(RoundingNoise::tables).orElseGet(NDList::new),
                        noise.map(RoundingNoise::chunk).orElse(0),
                        stepCheck,
                        onHost(stepCheck),
                        learningRate,
                        beta,
                        weightDecay,
                        precision.code())
                .close();
    }

    /**
     * Updates an exponential moving average with bias correction: the first average equals the
     * first weight.
     *
     * @param averages float32, updated
     * @param weights read
     * @param count float32 scalar, the number of updates so far, incremented
     * @param decay weight of the old average after many updates
     */
    public void average(
            NDList averages, NDList weights, NDArray count, NDArray stepCheck, double decay) {
        inPlace("average_", averages, weights, count, stepCheck, onHost(stepCheck), decay);
    }

    /** Swaps the contents of arrays of the same shapes, pair by pair. */
    public void swap(NDList left, NDList right) {
        inPlace("swap_", left, right, SWAP_CHUNK);
    }

    private boolean onHost(NDArray stepCheck) {
        return mayReadScalars && !stepCheck.getDevice().isGpu();
    }

    private void inPlace(String method, Object... arguments) {
        NDList first = (NDList) arguments[0];
        if (!first.isEmpty()) {
            kernels.callForList(first.get(0).getManager(), method, arguments).close();
        }
    }
}
