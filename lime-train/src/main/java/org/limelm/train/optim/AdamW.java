package org.limelm.train.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.limelm.train.config.OptimizerConfig;

/**
 * AdamW (Loshchilov and Hutter 2019). The state consists of running means of each gradient and of
 * its square, and the number of updates. Weight decay applies only to parameters that multiply
 * activations.
 *
 * <p>The state arrays are named {@code exp_avg.NAME}, {@code exp_avg_sq.NAME} and {@code
 * step.NAME}.
 */
public final class AdamW implements Optimizer {
    private final OptimizerConfig config;
    private final long seed;
    private final List<TrainedParameter> parameters;
    private final OptimizerKernels kernels;
    private final OptimizerState state;
    private final List<Group> groups;

    /**
     * Settings of parameters that are updated in one call.
     *
     * @param weightDecay decay per unit of learning rate
     * @param rateFactor factor on the learning rate of a step
     */
    private record Setting(double weightDecay, double rateFactor) {}

    /** Parameters with the same setting, and the indices of their gradients. */
    private static final class Group {
        final Setting setting;
        final NDList weights = new NDList();
        final NDList means = new NDList();
        final NDList squares = new NDList();
        final NDList steps = new NDList();
        final List<Integer> indices = new ArrayList<>();
        final List<Long> keys = new ArrayList<>();

        Group(Setting setting) {
            this.setting = setting;
        }

        void add(TrainedParameter parameter, int index, OptimizerState state) {
            String name = parameter.name();
            NDArray weight = parameter.weight();
            weights.add(weight);
            means.add(state.moment("exp_avg." + name, weight));
            squares.add(state.moment("exp_avg_sq." + name, weight));
            steps.add(state.count("step." + name));
            indices.add(index);
            keys.add(RoundingNoise.key(name));
        }

        NDList gradients(NDList all) {
            NDList own = new NDList(indices.size());
            indices.forEach(index -> own.add(all.get(index)));
            return own;
        }
    }

    /** Creates an optimizer with zero state, in a new child of the given manager. */
    AdamW(
            OptimizerConfig config,
            long seed,
            List<TrainedParameter> parameters,
            OptimizerKernels kernels,
            NDManager parent) {
        this.config = config;
        this.seed = seed;
        this.parameters = List.copyOf(parameters);
        this.kernels = kernels;
        state = new OptimizerState(kernels, config.stateFormat(), parent);
        Map<Setting, Group> bySetting = new LinkedHashMap<>();
        for (int index = 0; index < parameters.size(); index++) {
            TrainedParameter parameter = parameters.get(index);
            bySetting.computeIfAbsent(setting(parameter), Group::new).add(parameter, index, state);
        }
        groups = List.copyOf(bySetting.values());
    }

    private Setting setting(TrainedParameter parameter) {
        boolean table = parameter.isTable();
        boolean decays = parameter.decays() && (config.embeddingDecay() || !table);
        return new Setting(decays ? config.weightDecay() : 0, table ? config.embeddingRate() : 1);
    }

    @Override
    public List<TrainedParameter> parameters() {
        return parameters;
    }

    @Override
    public void update(NDList gradients, Update update) {
        if (parameters.isEmpty()) {
            return;
        }
        try (NDManager scope = state.scope()) {
            Optional<RoundingNoise> noise = state.noise(parameters, update.noiseSeed(seed), scope);
            for (Group group : groups) {
                update(group, group.gradients(gradients), noise, update);
            }
        }
    }

    private void update(
            Group group, NDList gradients, Optional<RoundingNoise> noise, Update update) {
        OptimizerKernels.Adam adam =
                new OptimizerKernels.Adam(
                        update.learningRate() * group.setting.rateFactor(),
                        config.beta1(),
                        config.beta2(),
                        config.epsilon(),
                        group.setting.weightDecay());
        NDArray check = update.stepCheck();
        NDList weights = group.weights;
        NDList means = group.means;
        NDList squares = group.squares;
        if (noise.isPresent()) {
            long[] keys = group.keys.stream().mapToLong(Long::longValue).toArray();
            RoundingNoise tables = noise.orElseThrow();
            kernels.adamWBf16(
                    weights, gradients, means, squares, group.steps, keys, tables, check, adam);
        } else {
            kernels.adamW(weights, gradients, means, squares, group.steps, check, adam);
        }
    }

    @Override
    public Map<String, NDArray> state() {
        return state.arrays();
    }

    @Override
    public void close() {
        state.close();
    }
}
