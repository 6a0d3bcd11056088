package org.limelm.train.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;
import org.limelm.model.decoder.Gradients;
import org.limelm.model.decoder.LimeDecoder;
import org.limelm.model.decoder.Objective;
import org.limelm.train.data.HostBatch;
import org.limelm.train.distributed.GradientExchange;

/**
 * One optimizer step: gradients of all micro batches, checked, clipped, applied. Each micro batch
 * counts by its number of predicted tokens, so that accumulating, and dividing the rows among
 * processes, is the same as one large batch.
 *
 * <p>A step only queues work: loss and norm are computed and judged on the device, and come back to
 * the host when somebody asks for them ({@link PendingStep#await}).
 */
public final class GradientStep {
    private final LimeDecoder model;
    private final Gradients gradients;
    private final Optimizer optimizer;
    private final NDList ownGradients; // those of the optimizer's parameters, in its order
    private final Optional<WeightAverage> average;
    private final OptimizerKernels kernels;
    private final double clipNorm;
    private final Objective objective;
    private final GradientExchange exchange;
    private final NDManager manager;

    /**
     * Prepares steps.
     *
     * @param gradients those of the model, filled anew by every step
     * @param optimizer of parameters of the model
     * @param average takes in the weights after every update that is not skipped
     * @param clipNorm largest global gradient norm; 0 = no clipping
     * @param objective what a step minimizes
     * @param exchange with the processes that take the same step on other batches
     * @param manager on the model's device; every step has its own scope below it
     */
    public GradientStep(
            LimeDecoder model,
            Gradients gradients,
            Optimizer optimizer,
            Optional<WeightAverage> average,
            OptimizerKernels kernels,
            double clipNorm,
            Objective objective,
            GradientExchange exchange,
            NDManager manager) {
        this.model = model;
        this.gradients = gradients;
        this.optimizer = optimizer;
        this.average = average;
        this.kernels = kernels;
        this.clipNorm = clipNorm;
        this.objective = objective;
        this.exchange = exchange;
        this.manager = manager;
        Map<String, NDArray> byName = new HashMap<>();
        NDList ordered = gradients.ordered();
        for (String name : model.parameters().keySet()) {
            byName.put(name, ordered.get(byName.size()));
        }
        ownGradients = new NDList();
        for (TrainedParameter parameter : optimizer.parameters()) {
            ownGradients.add(byName.get(parameter.name()));
        }
    }

    /**
     * Takes a step.
     *
     * @param number of the step in the run, from 1
     * @param batches all micro batches of the step
     * @param largestNorm a gradient norm above it makes the step a spike, which is skipped
     */
    public PendingStep take(
            long number, List<HostBatch> batches, double learningRate, double largestNorm) {
        double targets = exchange.sum(batches.stream().mapToInt(HostBatch::predictedTokens).sum());
        gradients.reset();
        try (NDManager scope = manager.newSubManager()) {
            NDList losses = new NDList(batches.size()); // of ()
            for (HostBatch batch : batches) {
                // Only the last pass completes the sums of this process.
                boolean last = losses.size() == batches.size() - 1;
                IntConsumer bucketDone = last ? exchange::begin : bucket -> {};
                try (NDManager micro = scope.newSubManager()) {
                    NDArray loss =
                            model.accumulate(
                                    batch.toBatch(micro),
                                    targets,
                                    objective,
                                    gradients,
                                    bucketDone,
                                    micro);
                    loss.attach(scope);
                    losses.add(loss);
                }
            }
            if (exchange.isJoint()) {
                losses = new NDList(NDArrays.stack(losses).sum());
                exchange.begin(losses.singletonOrThrow());
                exchange.finish();
            }
            List<List<List<String>>> documents =
                    batches.stream().map(HostBatch::documents).toList();
            return apply(number, losses, documents, learningRate, largestNorm);
        }
    }

    /**
     * Takes a step up to its last line and skips it: weights and state stay as they are, and the
     * device has had to hold everything that a step needs.
     */
    public void rehearse(List<HostBatch> batches) {
        try (PendingStep skipped = take(1, batches, 0, Double.NEGATIVE_INFINITY)) {
            skipped.await();
        }
    }

    /** Checks, clips and applies the gradients that a whole step has added up. */
    PendingStep apply(
            long number,
            NDList losses,
            List<List<List<String>>> documents,
            double learningRate,
            double largestNorm) {
        NDArray stepCheck =
                kernels.stepCheck(
                        losses,
                        new NDList(gradients.buckets()),
                        largestNorm,
                        clipNorm,
                        manager); // (4)
        Update update = new Update(number, learningRate, stepCheck);
        optimizer.update(ownGradients, update);
        average.ifPresent(running -> running.add(stepCheck));
        model.weightsChanged();
        return new PendingStep(update, documents);
    }
}
