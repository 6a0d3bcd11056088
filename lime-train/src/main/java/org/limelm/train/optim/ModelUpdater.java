package org.limelm.train.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Optional;
import org.limelm.model.decoder.Gradients;
import org.limelm.model.decoder.LimeDecoder;
import org.limelm.model.decoder.Objective;
import org.limelm.train.config.OptimizerConfig;
import org.limelm.train.distributed.GradientExchange;
import org.limelm.train.distributed.LocalCollective;

/**
 * Updates the weights of a model by gradients that the caller has accumulated, for training loops
 * of one's own in one process. Owns the state of the optimizer; close it before the model. Not
 * thread-safe.
 */
public final class ModelUpdater implements AutoCloseable {
    private final NDManager manager;
    private final Optimizer optimizer;
    private final GradientExchange exchange;
    private final GradientStep step;
    private long updates;

    private ModelUpdater(
            LimeDecoder model, Gradients gradients, OptimizerConfig config, long seed) {
        NDArray anyWeight = model.parameters().values().iterator().next();
        manager = anyWeight.getManager().newSubManager();
        OptimizerKernels kernels = new OptimizerKernels();
        OptimizerSetup setup = new OptimizerSetup(config, model.precision(), seed);
        optimizer = Optimizer.of(setup, TrainedParameter.of(model), kernels, manager);
        exchange = new GradientExchange(new LocalCollective(), gradients.buckets());
        step =
                new GradientStep(
                        model,
                        gradients,
                        optimizer,
                        Optional.empty(),
                        kernels,
                        config.clipNorm(),
                        number -> Objective.CROSS_ENTROPY,
                        exchange,
                        manager);
    }

    /**
     * Creates an updater with zero state.
     *
     * @param gradients gradients of the model
     * @param config AdamW or Muon and their settings; the learning rate is that of each update
     * @param seed seed of the stochastic rounding of bf16 moments
     */
    public static ModelUpdater of(
            LimeDecoder model, Gradients gradients, OptimizerConfig config, long seed) {
        return new ModelUpdater(model, gradients, config, seed);
    }

    /**
     * Clips the gradients and updates the weights, or leaves both weights and state unchanged if
     * the loss or the norm of the gradients is not finite. Waits for the device.
     *
     * @param loss a scalar, which is checked and returned; it does not affect the update
     * @param learningRate learning rate of this update
     */
    public StepOutcome update(NDArray loss, double learningRate) {
        try (PendingStep pending =
                step.apply(
                        ++updates,
                        new NDList(loss),
                        List.of(),
                        learningRate,
                        Double.POSITIVE_INFINITY)) {
            return pending.await();
        }
    }

    @Override
    public void close() {
        exchange.close();
        optimizer.close();
        manager.close();
    }
}
