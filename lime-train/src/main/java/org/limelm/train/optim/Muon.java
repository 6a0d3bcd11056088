package org.limelm.train.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.limelm.model.device.Precision;
import org.limelm.train.config.OptimizerConfig;

/**
 * Muon for the layers' matrices, AdamW for embeddings, output matrix, norms and scalars. Muon
 * (Jordan et al. 2024, "Muon: An optimizer for hidden layers in neural networks") takes a step in
 * the direction of the momentum made orthogonal, here scaled so that learning rate and decay of
 * AdamW suit it (Liu et al. 2025, "Muon is scalable for LLM training", arXiv 2502.16982). Matrices
 * that are stacked in one parameter, such as queries, keys and values, are each made orthogonal.
 *
 * <p>The state's names are {@code momentum.NAME} for Muon's parameters, and those of {@link AdamW}.
 */
public final class Muon implements Optimizer {
    private final OptimizerConfig config;
    private final Precision precision;
    private final long seed;
    private final List<TrainedParameter> parameters;
    private final OptimizerKernels kernels;
    private final OptimizerState state;
    private final List<Hidden> hidden = new ArrayList<>();
    private final AdamW rest;
    private final List<Integer> restPlaces = new ArrayList<>();

    /** A matrix of a layer, and where its gradient stands in the list. */
    private record Hidden(TrainedParameter parameter, NDArray momentum, int place) {}

    /** Starts with a state of zeros, in managers of its own below the one given. */
    Muon(
            OptimizerSetup setup,
            List<TrainedParameter> parameters,
            OptimizerKernels kernels,
            NDManager parent) {
        this.config = setup.config();
        this.precision = setup.precision();
        this.seed = setup.seed();
        this.parameters = List.copyOf(parameters);
        this.kernels = kernels;
        state = new OptimizerState(kernels, config.stateFormat(), parent);
        List<TrainedParameter> others = new ArrayList<>();
        for (int place = 0; place < parameters.size(); place++) {
            TrainedParameter parameter = parameters.get(place);
            if (parameter.stacked().isEmpty()) {
                others.add(parameter);
                restPlaces.add(place);
            } else {
                NDArray momentum = state.moment("momentum." + parameter.name(), parameter.weight());
                hidden.add(new Hidden(parameter, momentum, place));
            }
        }
        rest = new AdamW(config, seed, others, kernels, parent);
    }

    @Override
    public List<TrainedParameter> parameters() {
        return parameters;
    }

    @Override
    public void update(NDList gradients, Update update) {
        if (!hidden.isEmpty()) {
            try (NDManager scope = state.scope()) {
                List<TrainedParameter> matrices = hidden.stream().map(Hidden::parameter).toList();
                Optional<RoundingNoise> noise =
                        state.noise(matrices, update.noiseSeed(seed), scope);
                hidden.forEach(one -> update(one, gradients.get(one.place()), noise, update));
            }
        }
        NDList others = new NDList(restPlaces.size());
        restPlaces.forEach(place -> others.add(gradients.get(place)));
        rest.update(others, update);
    }

    private void update(
            Hidden one, NDArray gradient, Optional<RoundingNoise> noise, Update update) {
        kernels.muon(
                one.parameter().weight(),
                gradient,
                one.momentum(),
                one.parameter().stacked(),
                RoundingNoise.key(one.parameter().name()),
                noise,
                update.stepCheck(),
                update.learningRate() * config.matrixRate(),
                config.momentum(),
                config.weightDecay(),
                precision);
    }

    @Override
    public Map<String, NDArray> state() {
        Map<String, NDArray> all = new LinkedHashMap<>(state.arrays());
        all.putAll(rest.state());
        return Collections.unmodifiableMap(all);
    }

    @Override
    public void close() {
        state.close();
        rest.close();
    }
}
