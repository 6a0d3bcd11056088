package org.limelm.train.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.limelm.train.distributed.Collective;
import org.limelm.train.distributed.Ownership;

/**
 * An optimizer whose state is sharded over processes (ZeRO stage 1, Rajbhandari et al. 2020, arXiv
 * 1910.02054): each process updates the parameters it owns and broadcasts their new weights. All
 * processes must have the same gradients.
 */
public final class ShardedOptimizer implements Optimizer {
    private final Collective collective;
    private final List<TrainedParameter> parameters;
    private final Ownership ownership;
    private final Optimizer own;
    private final List<Integer> ownIndices = new ArrayList<>();

    /**
     * Creates the shard of this process with zero state.
     *
     * @param parameters all parameters updated by the processes together
     */
    public ShardedOptimizer(
            OptimizerSetup setup,
            List<TrainedParameter> parameters,
            OptimizerKernels kernels,
            NDManager parent,
            Collective collective) {
        this.collective = collective;
        this.parameters = List.copyOf(parameters);
        List<Long> sizes = parameters.stream().map(parameter -> parameter.weight().size()).toList();
        ownership = Ownership.bySize(sizes, collective.size());
        for (int i = 0; i < parameters.size(); i++) {
            if (ownership.of(i) == collective.rank()) {
                ownIndices.add(i);
            }
        }
        own =
                Optimizer.of(
                        setup, ownIndices.stream().map(parameters::get).toList(), kernels, parent);
    }

    /**
     * Returns the parameters of all processes, in the order of the gradients passed to {@link
     * #update}.
     */
    @Override
    public List<TrainedParameter> parameters() {
        return parameters;
    }

    @Override
    public Optional<Ownership> ownership() {
        return Optional.of(ownership);
    }

    @Override
    public void update(NDList gradients, Update update) {
        NDList ownGradients = new NDList(ownIndices.size());
        ownIndices.forEach(index -> ownGradients.add(gradients.get(index)));
        own.update(ownGradients, update);
        collective.broadcastAll(
                parameters.stream().map(TrainedParameter::weight).toList(), ownership::of);
        collective.awaitPending();
    }

    /** Returns the state of the parameters that this process owns. */
    @Override
    public Map<String, NDArray> state() {
        return own.state();
    }

    @Override
    public void close() {
        own.close();
    }
}
