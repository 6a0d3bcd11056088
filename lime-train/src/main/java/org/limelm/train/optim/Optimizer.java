package org.limelm.train.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.limelm.train.distributed.Ownership;

/**
 * Changes weights by their gradients. Made for a list of parameters, all of a model or a part of
 * them: what happens to one does not depend on which others are in the list.
 *
 * <p>Owns its state; the weights belong to the model, which has to hear of every update by {@link
 * org.limelm.model.decoder.LimeDecoder#weightsChanged}.
 */
public sealed interface Optimizer extends AutoCloseable permits AdamW, Muon, ShardedOptimizer {
    /**
     * Makes the optimizer that a configuration names, with a fresh state.
     *
     * @param parameters what it is to change
     * @param parent of the manager that owns the state; its device is that of the parameters
     */
    static Optimizer of(
            OptimizerSetup setup,
            List<TrainedParameter> parameters,
            OptimizerKernels kernels,
            NDManager parent) {
        return switch (setup.config().kind()) {
            case ADAMW -> new AdamW(setup.config(), setup.seed(), parameters, kernels, parent);
            case MUON -> new Muon(setup, parameters, kernels, parent);
        };
    }

    /** Returns what it changes, in the order of the gradients that it takes. */
    List<TrainedParameter> parameters();

    /**
     * Updates weights and state in place, or leaves both as they are if the step check says so.
     *
     * @param gradients one per parameter, in the order of {@link #parameters()}; may be scaled in
     *     place
     */
    void update(NDList gradients, Update update);

    /**
     * Returns the state by name, {@code KIND.PARAMETER} each: counts in float32, moments in the
     * configured format. The arrays themselves: filling them restores a state.
     */
    Map<String, NDArray> state();

    /**
     * Returns which process holds the state of which parameter, by its place in {@link
     * #parameters()}; empty if this process holds all of it.
     */
    default Optional<Ownership> ownership() {
        return Optional.empty();
    }

    @Override
    void close();
}
