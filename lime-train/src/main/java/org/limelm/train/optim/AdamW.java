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
import org.limelm.model.decoder.LimeDecoder;
import org.limelm.model.torch.OptimizerKernels;
import org.limelm.train.config.OptimizerConfig;

/**
 * AdamW with its state (Loshchilov and Hutter 2019): a running mean of each gradient and of its
 * square, and the number of updates. Only parameters that multiply activations decay.
 *
 * <p>Owns the state; the weights belong to the model.
 */
public final class AdamW implements AutoCloseable {
    private final OptimizerConfig config;
    private final OptimizerKernels kernels;
    private final NDManager manager;
    private final Map<String, NDArray> state = new LinkedHashMap<>();
    private final Group decayed = new Group();
    private final Group free = new Group();

    /** Parameters with one weight decay, and where their gradients stand in the model's list. */
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
    public AdamW(
            LimeDecoder model, OptimizerConfig config, OptimizerKernels kernels, NDManager parent) {
        this.config = config;
        this.kernels = kernels;
        this.manager = parent.newSubManager();
        int place = 0;
        for (Map.Entry<String, NDArray> parameter : model.parameters().entrySet()) {
            String name = parameter.getKey();
            NDArray weight = parameter.getValue();
            Group group = model.isMatrix(name) ? decayed : free;
            group.weights.add(weight);
            group.means.add(zeros("exp_avg." + name, weight.getShape()));
            group.squares.add(zeros("exp_avg_sq." + name, weight.getShape()));
            group.steps.add(zeros("step." + name, new Shape()));
            group.places.add(place++);
        }
    }

    private NDArray zeros(String name, Shape shape) {
        NDArray zeros = manager.zeros(shape, DataType.FLOAT32);
        state.put(name, zeros);
        return zeros;
    }

    /**
     * Updates the weights in place.
     *
     * @param gradients one per parameter, in the order of {@link LimeDecoder#parameters()}
     */
    public void update(NDList gradients, double learningRate) {
        update(decayed, gradients, learningRate, config.weightDecay());
        update(free, gradients, learningRate, 0);
    }

    private void update(Group group, NDList gradients, double learningRate, double decay) {
        if (group.weights.isEmpty()) {
            return;
        }
        kernels.adamW(
                group.weights,
                group.gradients(gradients),
                group.means,
                group.squares,
                group.steps,
                learningRate,
                config.beta1(),
                config.beta2(),
                config.epsilon(),
                decay);
    }

    /**
     * Returns the state by name: {@code exp_avg.NAME}, {@code exp_avg_sq.NAME} and {@code
     * step.NAME} per parameter, float32. The arrays themselves: filling them restores a state.
     */
    public Map<String, NDArray> state() {
        return Collections.unmodifiableMap(state);
    }

    @Override
    public void close() {
        manager.close();
    }
}
