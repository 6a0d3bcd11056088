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
import java.util.function.LongFunction;
import org.limelm.model.decoder.Gradients;
import org.limelm.model.decoder.LimeDecoder;
import org.limelm.model.decoder.Objective;
import org.limelm.train.data.HostBatch;
import org.limelm.train.data.RowOrigin;
import org.limelm.train.distributed.GradientExchange;

/**
 * One optimizer step: accumulates the gradients of all micro batches, then checks, clips and
 * applies them. Micro batches are weighted by their number of predicted tokens, so that
 * accumulation, and dividing the rows among processes, is equivalent to one large batch.
 *
 * <p>A step only queues work: loss, norm and step health are computed on the device and copied to
 * the host on request ({@link PendingStep#await}).
 */
public final class GradientStep {
    private final LimeDecoder model;
    private final Gradients gradients;
    private final Optimizer optimizer;
    private final NDList ownGradients; // gradients of the optimizer's parameters, in its order
    private final Optional<WeightAverage> average;
    private final OptimizerKernels kernels;
    private final double clipNorm;
    private final LongFunction<Objective> objective; // by the number of the step
    private final GradientExchange exchange;
    private final NDManager manager;

    /**
     * Creates the step for a model.
     *
     * @param gradients gradients of the model, overwritten by every step
     * @param optimizer optimizer of parameters of the model
     * @param average weight average, updated after every step that is not skipped
     * @param clipNorm maximum global gradient norm; 0 = no clipping
     * @param objective the training objective by the number of the step
     * @param exchange exchange with the processes that take the same step on other batches
     * @param manager manager on the model's device; parent of a scope per step
     */
    public GradientStep(
            LimeDecoder model,
            Gradients gradients,
            Optimizer optimizer,
            Optional<WeightAverage> average,
            OptimizerKernels kernels,
            double clipNorm,
            LongFunction<Objective> objective,
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
     * @param number number of the step in the run, from 1
     * @param batches all micro batches of the step
     * @param largestNorm a larger gradient norm is a spike, and the step is skipped
     */
    public PendingStep take(
            long number, List<HostBatch> batches, double learningRate, double largestNorm) {
        double targets = exchange.sum(batches.stream().mapToInt(HostBatch::predictedTokens).sum());
        gradients.reset();
        try (NDManager scope = manager.newSubManager()) {
            NDList losses = new NDList(batches.size()); // of ()
            for (HostBatch batch : batches) {
                // Gradients are complete after the last pass.
                boolean last = losses.size() == batches.size() - 1;
                IntConsumer bucketDone = last ? exchange::begin : bucket -> {};
                try (NDManager micro = scope.newSubManager()) {
                    NDArray loss =
                            model.accumulate(
                                    batch.toBatch(micro),
                                    targets,
                                    objective.apply(number),
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
            List<RowOrigin> origins =
                    batches.stream().flatMap(batch -> batch.origins().stream()).toList();
            return apply(number, losses, origins, learningRate, largestNorm);
        }
    }

    /**
     * Takes a step but skips its update: weights and state are unchanged, while the device
     * allocates all memory a step needs.
     */
    public void rehearse(List<HostBatch> batches) {
        try (PendingStep skipped = take(1, batches, 0, Double.NEGATIVE_INFINITY)) {
            skipped.await();
        }
    }

    /** Checks, clips and applies the accumulated gradients of a step. */
    PendingStep apply(
            long number,
            NDList losses,
            List<RowOrigin> origins,
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
        return new PendingStep(update, origins);
    }
}
