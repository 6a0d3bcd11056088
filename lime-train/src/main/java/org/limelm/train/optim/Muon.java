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
 * the direction of the orthogonalized momentum, here scaled to work with the learning rate and
 * weight decay of AdamW (Liu et al. 2025, "Muon is scalable for LLM training", arXiv 2502.16982).
 * Matrices stacked in one parameter, such as queries, keys and values, are orthogonalized
 * separately.
 *
 * <p>The state arrays are named {@code momentum.NAME} for Muon's parameters; the others are named
 * as in {@link AdamW}.
 */
public final class Muon implements Optimizer {
    private final OptimizerConfig config;
    private final Precision precision;
    private final long seed;
    private final List<TrainedParameter> parameters;
    private final OptimizerKernels kernels;
    private final OptimizerState state;
    private final List<MuonParameter> muonParameters = new ArrayList<>();
    private final AdamW rest;
    private final List<Integer> restIndices = new ArrayList<>();

    /** A matrix of a layer, its momentum, and the index of its gradient. */
    private record MuonParameter(TrainedParameter parameter, NDArray momentum, int index) {}

    /** Creates an optimizer with zero state, in new children of the given manager. */
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
        for (int index = 0; index < parameters.size(); index++) {
            TrainedParameter parameter = parameters.get(index);
            if (parameter.stacked().isEmpty()) {
                others.add(parameter);
                restIndices.add(index);
            } else {
                NDArray momentum = state.moment("momentum." + parameter.name(), parameter.weight());
                muonParameters.add(new MuonParameter(parameter, momentum, index));
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
        if (!muonParameters.isEmpty()) {
            try (NDManager scope = state.scope()) {
                List<TrainedParameter> matrices =
                        muonParameters.stream().map(MuonParameter::parameter).toList();
                Optional<RoundingNoise> noise =
                        state.noise(matrices, update.noiseSeed(seed), scope);
                muonParameters.forEach(
                        matrix -> update(matrix, gradients.get(matrix.index()), noise, update));
            }
        }
        NDList others = new NDList(restIndices.size());
        restIndices.forEach(index -> others.add(gradients.get(index)));
        rest.update(others, update);
    }

    private void update(
            MuonParameter matrix, NDArray gradient, Optional<RoundingNoise> noise, Update update) {
        kernels.muon(
                matrix.parameter().weight(),
                gradient,
                matrix.momentum(),
                matrix.parameter().stacked(),
                RoundingNoise.key(matrix.parameter().name()),
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
