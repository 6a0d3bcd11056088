package org.limelm.train.bench;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.limelm.annotate.annotator.AnnotatorOptions;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.core.shard.ShardSet;
import org.limelm.model.decoder.Recompute;
import org.limelm.model.device.Precision;
import org.limelm.train.arm.Arm;
import org.limelm.train.config.Accumulation;
import org.limelm.train.data.BatchLoader;
import org.limelm.train.data.BatchOrder;
import org.limelm.train.data.HostBatch;
import org.limelm.train.data.Prefetcher;
import org.limelm.train.data.RowLayout;
import org.limelm.train.data.ShardTokenSource;
import org.limelm.train.data.WeightedSource;
import org.limelm.train.internal.measure.MemoryBandwidth;

/**
 * Measures the loading of batches with two tag columns from shards in the page cache: the
 * throughput of one loader thread, and the share of a training step that the training thread spends
 * on data.
 */
final class LoaderSection implements BenchSection {
    private static final MetadataSchema SCHEMA = AnnotatorOptions.defaults().schema();

    /**
     * Reads a token of 2, two tags of 1, bytes of 2; writes token, target, two tags of 8, bytes 4.
     */
    private static final double BYTES_PER_TOKEN = 2 + 2 + 2 + 4 * 8 + 4;

    private final long shardTokens;
    private final double sampleSeconds;

    /** Uses shards of 4 million tokens and samples of 0.3 s. */
    LoaderSection() {
        this(4L << 20, 0.3);
    }

    /** Uses shards with the given number of tokens and samples of the given duration. */
    LoaderSection(long shardTokens, double sampleSeconds) {
        this.shardTokens = shardTokens;
        this.sampleSeconds = sampleSeconds;
    }

    @Override
    public List<Figure> run(BenchSettings settings, Consumer<String> progress) {
        progress.accept("loader");
        int vocabularySize = Math.min(settings.model().vocabularySize(), 1 << 16);
        try (TemporaryFolder folder = TemporaryFolder.create()) {
            SyntheticShards.write(folder.path(), SCHEMA, vocabularySize, shardTokens);
            try (ShardSet shards = ShardSet.open(folder.path())) {
                BatchLoader loader =
                        new BatchLoader(
                                List.of(
                                        WeightedSource.of(
                                                "random", new ShardTokenSource(shards), 0)),
                                RowLayout.of(
                                        Arm.LIME, SCHEMA, settings.model().contextLength(), false),
                                BatchOrder.of(1, settings.batchSize()));
                return List.of(speed(settings, loader), share(settings, loader));
            }
        }
    }

    private Figure speed(BenchSettings settings, BatchLoader loader) {
        double[] speeds = new double[settings.steps()];
        double[] bounds = new double[settings.steps()];
        try (MemoryBandwidth bandwidth = new MemoryBandwidth(settings.device())) {
            long step = 0;
            for (int i = -2; i < settings.steps(); i++) {
                long first = step;
                long start = System.nanoTime();
                while (System.nanoTime() - start < sampleSeconds * 1e9) {
                    loader.batch(step++, 0);
                }
                double seconds = (System.nanoTime() - start) / 1e9;
                if (i >= 0) {
                    speeds[i] = (step - first) * settings.tokensPerStep() / seconds;
                    bounds[i] = bandwidth.updateBytesPerSecond() / BYTES_PER_TOKEN;
                }
            }
        }
        Samples speed = new Samples(speeds);
        Samples bound = new Samples(bounds);
        return Figure.of("loader", "one thread, two tag columns", "tokens/s", speed)
                .within(
                        new Figure.Limit("memory bandwidth", bound.median()),
                        speed.per(bound).median());
    }

    /** Measures waiting for the loader and copying to the device as a share of the step time. */
    private static Figure share(BenchSettings settings, BatchLoader loader) {
        List<Double> shares = new ArrayList<>();
        try (Trial trial = new Trial(settings, SCHEMA, Precision.BF16, Recompute.NONE);
                Prefetcher prefetcher = new Prefetcher(loader::batch, 0, Accumulation.of(1), 4)) {
            for (int i = -2; i < settings.steps(); i++) {
                long waited = prefetcher.waitedNanos();
                HostBatch batch = prefetcher.take();
                double data = (prefetcher.waitedNanos() - waited) / 1e9;
                long start = System.nanoTime();
                try (NDManager scope = trial.manager().newSubManager()) {
                    batch.toBatch(scope);
                }
                data += (System.nanoTime() - start) / 1e9;
                double whole = trial.step(batch).seconds();
                if (i >= 0) {
                    shares.add(data / whole);
                }
            }
        }
        double[] values = shares.stream().mapToDouble(Double::doubleValue).toArray();
        return Figure.of(
                "loader",
                "waiting and copying / training step, bf16",
                "ratio",
                new Samples(values));
    }
}
