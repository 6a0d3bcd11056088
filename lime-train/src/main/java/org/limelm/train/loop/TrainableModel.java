package org.limelm.train.loop;

import ai.djl.Device;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import org.limelm.model.decoder.Gradients;
import org.limelm.model.decoder.LimeDecoder;
import org.limelm.model.decoder.ModelConfig;
import org.limelm.model.decoder.ModelFeatures;
import org.limelm.model.decoder.Objective;
import org.limelm.model.decoder.Recompute;
import org.limelm.model.device.Devices;
import org.limelm.model.device.Precision;
import org.limelm.model.device.Threads;
import org.limelm.train.arm.NextTags;
import org.limelm.train.checkpoint.CheckpointTensors;
import org.limelm.train.checkpoint.OptimizerFile;
import org.limelm.train.config.InitialModel;
import org.limelm.train.config.RunConfig;
import org.limelm.train.config.TrainingConfig;
import org.limelm.train.data.TrainingData;
import org.limelm.train.distributed.GradientExchange;
import org.limelm.train.distributed.Team;
import org.limelm.train.optim.GradientStep;
import org.limelm.train.optim.Optimizer;
import org.limelm.train.optim.OptimizerKernels;
import org.limelm.train.optim.OptimizerSetup;
import org.limelm.train.optim.ShardedOptimizer;
import org.limelm.train.optim.TrainedParameter;
import org.limelm.train.optim.WeightAverage;

/** The model and optimizer of a run, on one device. */
final class TrainableModel implements AutoCloseable {
    private final NDManager manager;
    private final LimeDecoder decoder;
    private final Gradients gradients;
    private final OptimizerKernels kernels;
    private final Optimizer optimizer;
    private final Optional<WeightAverage> average;
    private final CheckpointTensors tensors;
    private final LongFunction<Objective> objective;
    private final GradientExchange exchange;
    private final Team team;

    /**
     * Creates the model and its optimizer.
     *
     * @param config as resolved by {@link RunInputs}
     */
    TrainableModel(RunConfig config, TrainingData data, Team team) {
        this.team = team;
        TrainingConfig training = config.training();
        Threads.use(team.threads(training.threads()));
        Device device = Devices.of(team.device(training.device()));
        training.gpuMath().use(device);
        manager = NDManager.newBaseManager(device, "PyTorch");
        manager.setName("training");
        decoder = decoder(config, data);
        NextTags nextTags = config.arm().nextTags();
        long totalSteps = training.totalSteps(decoder.config(), team.size());
        objective = step -> training.objective().withTagWeight(nextTags.weightAt(step, totalSteps));
        gradients = Gradients.of(decoder, config.distributed().bucketBytes());
        exchange = new GradientExchange(team.collective(), gradients.buckets());
        kernels = new OptimizerKernels();
        OptimizerSetup setup = OptimizerSetup.of(config);
        optimizer = optimizer(setup, config.distributed().shardOptimizer());
        double decay = config.optimizer().averageDecay();
        average =
                decay > 0
                        ? Optional.of(new WeightAverage(decoder, kernels, decay, manager))
                        : Optional.empty();
        tensors =
                new CheckpointTensors(
                        decoder,
                        new OptimizerFile(setup, optimizer, kernels, manager, team),
                        average);
    }

    /**
     * Returns the decoder with new weights, or with those of the model that the run starts from.
     */
    private LimeDecoder decoder(RunConfig config, TrainingData data) {
        ModelConfig architecture = config.model();
        ModelFeatures features = config.arm().modelFeatures(data.schema());
        Precision precision = config.training().precision();
        Recompute recompute = config.training().recompute().decided();
        Optional<InitialModel> initial = InitialModel.of(config);
        if (initial.isEmpty()) {
            return LimeDecoder.create(
                    architecture,
                    features,
                    precision,
                    recompute,
                    manager,
                    config.init(),
                    config.seed());
        }
        return initial.orElseThrow()
                .create(
                        architecture,
                        features,
                        config.seed(),
                        weights ->
                                LimeDecoder.create(
                                        architecture,
                                        features,
                                        precision,
                                        recompute,
                                        manager,
                                        weights));
    }

    private Optimizer optimizer(OptimizerSetup setup, boolean sharded) {
        List<TrainedParameter> parameters = TrainedParameter.of(decoder);
        return sharded && team.size() > 1
                ? new ShardedOptimizer(setup, parameters, kernels, manager, team.collective())
                : Optimizer.of(setup, parameters, kernels, manager);
    }

    LimeDecoder decoder() {
        return decoder;
    }

    /** Returns the optimizer step of this model. */
    GradientStep gradientStep(double clipNorm) {
        return new GradientStep(
                decoder, gradients, optimizer, average, kernels, clipNorm, objective, exchange,
                manager);
    }

    /**
     * Runs an action with the current weights or with their average.
     *
     * @param averaged whether to use the average, if it is kept
     */
    void using(boolean averaged, Runnable use) {
        if (averaged && average.isPresent()) {
            average.orElseThrow().during(use);
        } else {
            use.run();
        }
    }

    /** Returns whether all weights are finite. */
    boolean isFinite() {
        return kernels.areFinite(new NDList(decoder.parameters().values()));
    }

    NDManager manager() {
        return manager;
    }

    Device device() {
        return manager.getDevice();
    }

    /** Returns the model and optimizer state for checkpoints. */
    CheckpointTensors tensors() {
        return tensors;
    }

    /** Broadcasts the leader's weights, since machines may differ in the last bit. */
    void broadcastLeaderWeights() {
        decoder.parameters().values().forEach(weight -> team.collective().broadcast(weight, 0));
        team.collective().awaitPending();
        decoder.weightsChanged();
    }

    @Override
    public void close() {
        exchange.close();
        average.ifPresent(WeightAverage::close);
        optimizer.close();
        gradients.close();
        decoder.close();
        manager.close();
    }
}
