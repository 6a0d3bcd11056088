package org.limelm.train.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.limelm.model.torch.OptimizerKernels;
import org.limelm.train.config.OptimizerConfig;

/**
 * AdamW with its state (Loshchilov and Hutter 2019): a running mean of each gradient and of its
 * square, and the number of updates. Only parameters that multiply activations decay.
 */
public final class AdamW implements Optimizer {
    private final OptimizerConfig config;
    private final List<TrainedParameter> parameters;
    private final OptimizerKernels kernels;
    private final NDManager manager;
    private final Map<String, NDArray> state = new LinkedHashMap<>();
    private final Group decayed = new Group();
    private final Group free = new Group();

    /** Parameters with one weight decay, and where their gradients stand in the list. */
    private static final class Group {
        final NDList weights = new NDList();
        final NDList means = new NDList();
        final NDList squares = new NDList();
        final NDList steps = new NDList();
        final List<Integer> places = new ArrayList<>();

        NDList gradients(NDList all) {
            NDList own = new NDList(places.size());
            places.forEach(place -> own.add(all.get(place)));
            return own;
        }
    }

    /** Starts with a state of zeros, in a manager of its own below the one given. */
    AdamW(
            OptimizerConfig config,
            List<TrainedParameter> parameters,
            OptimizerKernels kernels,
            NDManager parent) {
        this.config = config;
        this.parameters = List.copyOf(parameters);
        this.kernels = kernels;
        this.manager = parent.newSubManager();
        manager.setName("adamw");
        int place = 0;
        for (TrainedParameter parameter : parameters) {
            Shape shape = parameter.weight().getShape();
            Group group = parameter.decays() ? decayed : free;
            group.weights.add(parameter.weight());
            group.means.add(zeros("exp_avg." + parameter.name(), shape));
            group.squares.add(zeros("exp_avg_sq." + parameter.name(), shape));
            group.steps.add(zeros("step." + parameter.name(), new Shape()));
            group.places.add(place++);
        }
    }

    private NDArray zeros(String name, Shape shape) {
        NDArray zeros = manager.zeros(shape, DataType.FLOAT32);
        state.put(name, zeros);
        return zeros;
    }

    @Override
    public List<TrainedParameter> parameters() {
        return parameters;
    }

    @Override
    public void update(NDList gradients, Update update) {
        update(decayed, gradients, update, config.weightDecay());
        update(free, gradients, update, 0);
    }

    private void update(Group group, NDList gradients, Update update, double decay) {
        kernels.adamW(
                group.weights,
                group.gradients(gradients),
                group.means,
                group.squares,
                group.steps,
                update.verdict(),
                new OptimizerKernels.Adam(
                        update.learningRate(),
                        config.beta1(),
                        config.beta2(),
                        config.epsilon(),
                        decay));
    }

    /**
     * Returns the state: {@code exp_avg.NAME}, {@code exp_avg_sq.NAME} and {@code step.NAME} per
     * parameter, float32.
     */
    @Override
    public Map<String, NDArray> state() {
        return Collections.unmodifiableMap(state);
    }

    @Override
    public void close() {
        manager.close();
    }
}
