package org.limelm.train.bench;

import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.limelm.core.metadata.Feature;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.model.decoder.Gradients;
import org.limelm.model.decoder.LimeDecoder;
import org.limelm.model.decoder.Objective;
import org.limelm.model.decoder.Recompute;
import org.limelm.model.device.Precision;
import org.limelm.train.config.OptimizerConfig;
import org.limelm.train.config.RunConfig;
import org.limelm.train.data.HostBatch;
import org.limelm.train.distributed.GradientExchange;
import org.limelm.train.distributed.LocalCollective;
import org.limelm.train.optim.GradientStep;
import org.limelm.train.optim.Optimizer;
import org.limelm.train.optim.OptimizerKernels;
import org.limelm.train.optim.OptimizerSetup;
import org.limelm.train.optim.PendingStep;
import org.limelm.train.optim.TrainedParameter;

/** A model with its optimizer and a batch of random tokens, which takes real training steps. */
final class Trial implements AutoCloseable {
    private static final double LEARNING_RATE = 3e-4;
    private static final double CLIP_NORM = 1;

    private final NDManager manager;
    private final LimeDecoder model;
    private final Gradients gradients;
    private final OptimizerKernels kernels = new OptimizerKernels();
    private final Optimizer optimizer;
    private final GradientExchange exchange;
    private final GradientStep gradientStep;
    private final HostBatch batch;
    private long stepsDone;

    /**
     * The result of a step.
     *
     * @param seconds time from the batch in the JVM to the updated weights
     * @param loss loss before the update, in nats per token
     */
    record Step(double seconds, double loss) {}

    Trial(BenchSettings settings, MetadataSchema tables, Precision precision, Recompute recompute) {
        this(settings, tables, precision, recompute, OptimizerConfig.adamW());
    }

    Trial(
            BenchSettings settings,
            MetadataSchema tables,
            Precision precision,
            Recompute recompute,
            OptimizerConfig optimizerConfig) {
        manager = NDManager.newBaseManager(settings.device(), "PyTorch");
        model =
                LimeDecoder.create(
                        settings.model(), tables, precision, recompute, manager, /* seed */ 1L);
        gradients = Gradients.of(model);
        optimizer =
                Optimizer.of(
                        OptimizerSetup.of(RunConfig.defaults().withOptimizer(optimizerConfig)),
                        TrainedParameter.of(model),
                        kernels,
                        manager);
        exchange = new GradientExchange(new LocalCollective(), gradients.buckets());
        gradientStep =
                new GradientStep(
                        model,
                        gradients,
                        optimizer,
                        Optional.empty(),
                        kernels,
                        CLIP_NORM,
                        step -> Objective.CROSS_ENTROPY,
                        exchange,
                        manager);
        batch = batch(settings, tables);
    }

    /** Returns a batch of random tokens and tags. */
    static HostBatch batch(BenchSettings settings, MetadataSchema tables) {
        int size = settings.tokensPerStep();
        Random random = new Random(0);
        long vocabulary = settings.model().vocabularySize();
        return new HostBatch(
                settings.batchSize(),
                settings.model().contextLength(),
                random.longs(size, 0, vocabulary).toArray(),
                random.longs(size, 0, vocabulary).toArray(),
                tables.features().stream()
                        .map(Feature::size)
                        .map(tags -> random.longs(size, 0, tags).toArray())
                        .toList(),
                List.of(),
                Optional.empty(),
                new int[size],
                List.of());
    }

    LimeDecoder model() {
        return model;
    }

    NDManager manager() {
        return manager;
    }

    /** Takes a step on the same batch as before. */
    Step step() {
        return step(batch);
    }

    Step step(HostBatch other) {
        long start = System.nanoTime();
        try (PendingStep pending =
                gradientStep.take(
                        ++stepsDone, List.of(other), LEARNING_RATE, Double.POSITIVE_INFINITY)) {
            double loss = pending.await().loss();
            return new Step((System.nanoTime() - start) / 1e9, loss);
        }
    }

    @Override
    public void close() {
        exchange.close();
        optimizer.close();
        gradients.close();
        model.close();
        manager.close();
    }
}
