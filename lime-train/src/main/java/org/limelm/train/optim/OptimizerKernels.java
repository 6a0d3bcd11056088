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
 * Operations on all gradients or all weights at once, each one native call. They work in place on
 * the arrays given, record nothing, and never make the host wait for a device.
 *
 * <p>Whether an update happens is itself decided on the device, by a step check (see {@link
 * #stepCheck}): an update whose step check says skip leaves everything as it is, to the bit.
 */
public final class OptimizerKernels {
    private static final Kernels SOURCE =
            Kernels.of(OptimizerKernels.class, "rounding", "optimizer", "muon");

    /** Elements that are copied aside when arrays are exchanged: 16 MB. */
    private static final int SWAPPED_ELEMENTS = 1 << 22;

    private final TorchModule kernels = SOURCE.load();
    private final boolean mayReadScalars;

    /**
     * The numbers of AdamW.
     *
     * @param learningRate of this update
     * @param beta1 decay of the mean of the gradients
     * @param beta2 decay of the mean of the squared gradients
     * @param epsilon added to the denominator
     * @param weightDecay decoupled, multiplied by the learning rate
     */
    public record Adam(
            double learningRate, double beta1, double beta2, double epsilon, double weightDecay) {}

    /** Compiles the kernels at the first use. */
    public OptimizerKernels() {
        this(true);
    }

    /**
     * Takes the kernels for tests of what runs on a GPU.
     *
     * @param mayReadScalars whether scalars on the CPU may be read to take a shorter way
     */
    OptimizerKernels(boolean mayReadScalars) {
        this.mayReadScalars = mayReadScalars;
    }

    /**
     * Decides about a step, on the device.
     *
     * @param losses float32 scalars; their sum is the step's loss
     * @param gradients float32 arrays of any shapes
     * @param largestNorm a larger global norm makes the step one to skip
     * @param clipNorm global norm above which gradients are scaled down to it; 0 = never
     * @return float32 (4) in {@code scope}: the loss, the norm, 1 if the step is to be skipped (a
     *     loss or norm that is not finite, or a norm too large) or else 0, and what the gradients
     *     are to be divided by, max(1, norm / clipNorm)
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
     * Returns whether no element is infinite or NaN. Waits for the device.
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
     * @param grads their gradients, read; may be divided as the step check says
     * @param means running means of the gradients, updated
     * @param squares running means of their squares, updated
     * @param steps float32 scalars that count the updates of each weight, incremented first
     * @param stepCheck whether to update, see {@link #stepCheck}
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

    /** Like the call above for a step that is not checked, nor clipped. */
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

    /** Returns an array of zeros in bfloat16, of another array's shape and device. */
    public NDArray bf16Zeros(NDArray like, NDManager owner) {
        return kernels.call(owner, "zeros_bf16", like);
    }

    /**
     * Returns the noise of one update, a function of the seed alone.
     *
     * @param parameters what will be updated
     * @param scope owner of the tables; its device is that of the parameters
     */
    public RoundingNoise roundingNoise(NDList parameters, long seed, NDManager scope) {
        long largest = parameters.stream().mapToLong(NDArray::size).max().orElse(1);
        int chunk = RoundingNoise.chunk(largest, scope.getDevice().isGpu());
        NDArray like = parameters.get(0);
        int count = chunk + RoundingNoise.PLACES;
        return new RoundingNoise(
                kernels.callForList(scope, "rounding_noise", like, count, seed), chunk);
    }

    /**
     * Like {@link #adamW(NDList, NDList, NDList, NDList, NDList, NDArray, Adam)} with means and
     * squares in bfloat16: computed with in float32, and rounded by chance.
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
     * decoupled decay.
     *
     * @param param float32 (R, C), updated
     * @param grad (R, C), read
     * @param momentum (R, C), float32 or bfloat16, updated
     * @param stacked rows of the matrices that lie one below the other in it, R together; each is
     *     orthogonalized by itself
     * @param key see {@link RoundingNoise#key}
     * @param noise for a momentum in bfloat16, else empty
     * @param precision of the iterations
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
     * Moves averages towards weights: an exponential moving average without the bias of its start,
     * so that the first average is the first weight.
     *
     * @param averages float32, updated
     * @param weights read
     * @param count float32 scalar, the number of updates so far, incremented
     * @param decay share of the old average once there are many updates
     */
    public void average(
            NDList averages, NDList weights, NDArray count, NDArray stepCheck, double decay) {
        inPlace("average_", averages, weights, count, stepCheck, onHost(stepCheck), decay);
    }

    /** Exchanges the contents of arrays of the same shapes, pair by pair. */
    public void swap(NDList left, NDList right) {
        inPlace("swap_", left, right, SWAPPED_ELEMENTS);
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
