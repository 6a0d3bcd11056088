package org.limelm.train.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.List;
import org.limelm.model.decoder.Gradients;
import org.limelm.model.decoder.LimeDecoder;
import org.limelm.model.torch.OptimizerKernels;
import org.limelm.train.data.HostBatch;

/**
 * One optimizer step: gradients of all micro batches, checked, clipped, applied. Each micro batch
 * counts by its number of predicted tokens, so that accumulating is the same as one large batch.
 *
 * <p>The loss and the norm are read before the weights change; these two numbers are all that comes
 * back from the device.
 */
public final class GradientStep {
    private final LimeDecoder model;
    private final Gradients gradients;
    private final AdamW optimizer;
    private final OptimizerKernels kernels;
    private final double clipNorm;
    private final SpikeDetector spikes;

    /**
     * What a step saw and did.
     *
     * @param loss mean cross-entropy in nats per predicted token
     * @param gradientNorm global norm before clipping
     * @param health whether the weights were changed
     */
    public record Outcome(double loss, double gradientNorm, StepHealth health) {}

    /**
     * Prepares steps.
     *
     * @param gradients those of the model, filled anew by every step
     * @param clipNorm largest global gradient norm; 0 = no clipping
     */
    public GradientStep(
            LimeDecoder model,
            Gradients gradients,
            AdamW optimizer,
            OptimizerKernels kernels,
            double clipNorm,
            SpikeDetector spikes) {
        this.model = model;
        this.gradients = gradients;
        this.optimizer = optimizer;
        this.kernels = kernels;
        this.clipNorm = clipNorm;
        this.spikes = spikes;
    }

    /**
     * Takes a step.
     *
     * @param batches all micro batches of the step
     * @param scope frees what the step allocates, when the caller closes it
     */
    public Outcome take(List<HostBatch> batches, double learningRate, NDManager scope) {
        double targets = batches.stream().mapToInt(HostBatch::predictedTokens).sum();
        double loss = 0;
        gradients.reset();
        for (HostBatch batch : batches) {
            try (NDManager micro = scope.newSubManager()) {
                loss +=
                        model.accumulate(batch.toBatch(micro), targets, gradients, micro)
                                .getFloat();
            }
        }
        return apply(loss, gradients.ordered(), learningRate, scope);
    }

    /** Checks, clips and applies the gradients of a whole step. */
    Outcome apply(double loss, NDList gradients, double learningRate, NDManager scope) {
        double norm;
        try (NDArray scalar = kernels.globalNorm(gradients, scope)) {
            norm = scalar.getFloat();
        }
        StepHealth health = examine(loss, norm);
        if (health == StepHealth.GOOD) {
            if (clipNorm > 0 && norm > clipNorm) {
                kernels.scaleInPlace(gradients, clipNorm / norm);
            }
            optimizer.update(gradients, learningRate);
            model.weightsChanged();
        }
        return new Outcome(loss, norm, health);
    }

    private StepHealth examine(double loss, double norm) {
        if (!Double.isFinite(loss) || !Double.isFinite(norm)) {
            return StepHealth.NON_FINITE;
        }
        return spikes.isSpike(norm) ? StepHealth.SPIKE : StepHealth.GOOD;
    }
}
