package org.limelm.train.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.limelm.train.distributed.Ownership;

/**
 * Updates weights by their gradients. An optimizer is created for a list of parameters, all or some
 * of a model's: the update of one does not depend on the others in the list.
 *
 * <p>Owns its state. The weights belong to the model, which must be notified of every update by
 * {@link org.limelm.model.decoder.LimeDecoder#weightsChanged}.
 */
public sealed interface Optimizer extends AutoCloseable permits AdamW, Muon, ShardedOptimizer {
    /**
     * Creates the configured optimizer with zero state.
     *
     * @param parameters parameters to update
     * @param parent parent of the manager that owns the state, on the device of the parameters
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

    /** Returns the updated parameters, in the order of the gradients passed to {@link #update}. */
    List<TrainedParameter> parameters();

    /**
     * Updates weights and state in place, or leaves both unchanged if the step check says to skip.
     *
     * @param gradients one per parameter, in the order of {@link #parameters()}; may be scaled in
     *     place
     */
    void update(NDList gradients, Update update);

    /**
     * Returns the state by name, {@code KIND.PARAMETER}: counts in float32, moments in the
     * configured format. These are the arrays themselves; writing to them restores a state.
     */
    Map<String, NDArray> state();

    /**
     * Returns which process holds the state of each parameter, by its index in {@link
     * #parameters()}; empty if this process holds all state.
     */
    default Optional<Ownership> ownership() {
        return Optional.empty();
    }

    @Override
    void close();
}
