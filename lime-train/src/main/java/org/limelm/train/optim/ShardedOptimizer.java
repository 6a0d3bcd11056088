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
 * An optimizer whose state is divided among processes (ZeRO stage 1, Rajbhandari and others 2020,
 * arXiv 1910.02054): each updates the parameters it owns, then hands their new weights to the
 * others. All processes must have the same gradients.
 */
public final class ShardedOptimizer implements Optimizer {
    private final Collective collective;
    private final List<TrainedParameter> parameters;
    private final Ownership ownership;
    private final Optimizer own;
    private final List<Integer> ownPlaces = new ArrayList<>();

    /**
     * Makes the part of this process, with a fresh state.
     *
     * @param parameters all that the processes change together
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
                ownPlaces.add(i);
            }
        }
        own =
                Optimizer.of(
                        setup, ownPlaces.stream().map(parameters::get).toList(), kernels, parent);
    }

    /** Returns what all processes change, in the order of the gradients that it takes. */
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
        NDList ownGradients = new NDList(ownPlaces.size());
        ownPlaces.forEach(place -> ownGradients.add(gradients.get(place)));
        own.update(ownGradients, update);
        for (int i = 0; i < parameters.size(); i++) {
            NDArray weight = parameters.get(i).weight();
            collective.broadcast(weight, ownership.of(i));
        }
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
