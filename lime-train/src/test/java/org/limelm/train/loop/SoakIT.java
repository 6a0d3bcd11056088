package org.limelm.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.jna.Library;
import com.sun.jna.Native;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.model.decoder.ModelPresets;
import org.limelm.model.device.Precision;
import org.limelm.train.TestCorpus;
import org.limelm.train.checkpoint.Checkpointer;
import org.limelm.train.checkpoint.RunIdentity;
import org.limelm.train.checkpoint.TrainState;
import org.limelm.train.config.Accumulation;
import org.limelm.train.config.CheckpointConfig;
import org.limelm.train.config.EvaluationConfig;
import org.limelm.train.config.OptimizerConfig;
import org.limelm.train.config.RunConfig;
import org.limelm.train.data.Prefetcher;
import org.limelm.train.data.TrainingData;
import org.limelm.train.distributed.Team;
import org.limelm.train.internal.measure.ResidentMemory;
import org.limelm.train.record.RunEnvironment;
import org.limelm.train.record.RunFolder;
import org.limelm.train.record.RunRecord;
import org.limelm.train.record.StepMetrics;
import org.limelm.train.record.Tracker;

/**
 * Runs thousands of steps with evaluations and checkpoints in a separate process, whose memory must
 * stay constant. Each sample is taken after the allocator returned its free memory to the system,
 * which otherwise varies by megabytes between steps. Short by default; for 2,000 steps of {@code
 * tiny} (less than 15 minutes):
 *
 * <pre>{@code
 * mvn -pl lime-train -am test -Dtest=SoakIT -Dsurefire.failIfNoSpecifiedTests=false \
 *     -Dlime.soak.preset=tiny -Dlime.soak.steps=2000
 * }</pre>
 */
class SoakIT {
    private static final String STEPS = "lime.soak.steps";
    private static final String PRESET = "lime.soak.preset";
    private static final String SKIPPED = "skipped steps: ";
    private static final int SAMPLES = 100;

    /** Bytes per step; 1,000 leaked activations of the smallest model would be 50 times as many. */
    private static final double LARGEST_SLOPE = 1024;

    @TempDir Path folder;

    /** One output line of the process: steps done, live arrays and managers, resident bytes. */
    private record Sample(long step, int held, long bytes) {
        static Sample parse(String line) {
            String[] parts = line.split(" ");
            return new Sample(
                    Long.parseLong(parts[1]), Integer.parseInt(parts[2]), Long.parseLong(parts[3]));
        }

        @Override
        public String toString() {
            return "sample " + step + " " + held + " " + bytes;
        }
    }

    /** Functions specific to glibc. */
    public interface Glibc extends Library {
        Glibc INSTANCE = Native.load("c", Glibc.class);

        /** Returns free memory to the system; returns 1 if there was any. */
        int malloc_trim(long keepBytes);
    }

    /** Entry point of the process; arguments: shards, run folder, steps, preset. */
    public static void main(String[] args) throws IOException {
        RunConfig config =
                config(Path.of(args[0]), Path.of(args[1]), Long.parseLong(args[2]), args[3]);
        RunFolder runFolder = RunFolder.create(config.run().folder());
        try (StopSignal stop = StopSignal.manual();
                TrainingData data = TrainingData.open(config);
                TrainableModel model = new TrainableModel(config, data, Team.alone())) {
            TrainingListener listener =
                    new TrainingListener() {
                        @Override
                        public void onStep(StepMetrics metrics, long totalSteps) {
                            Glibc.INSTANCE.malloc_trim(0);
                            System.out.println(
                                    new Sample(
                                            metrics.step(),
                                            LiveArraysTest.held(model.manager()),
                                            ResidentMemory.residentBytes()));
                        }
                    };
            Run run =
                    new Run(
                            config,
                            runFolder,
                            TrainingHooks.of(listener),
                            stop,
                            data,
                            model,
                            Optional.of(
                                    new Checkpointer(
                                            runFolder.checkpoints(),
                                            config.checkpoint(),
                                            message -> {})),
                            RunIdentity.of(config, data, 1),
                            Team.alone());
            Tracker.TrackedRun tracked =
                    new Tracker.TrackedRun(
                            runFolder, config, RunEnvironment.current(0, model.device(), 1), 0);
            try (RunRecord record = new RunRecord(tracked, List.of(), message -> {});
                    Prefetcher prefetcher =
                            new Prefetcher(
                                    data.batches(0, 1, Accumulation.of(2), 1)::batch,
                                    0,
                                    Accumulation.of(2),
                                    4);
                    TrainingLoop loop =
                            new TrainingLoop(
                                    run,
                                    TrainState.initial(run.identity()),
                                    Optional.of(record),
                                    prefetcher)) {
                System.out.println(SKIPPED + loop.run().skippedSteps());
            }
        }
    }

    private static RunConfig config(Path shards, Path run, long steps, String preset) {
        RunConfig config = TestCorpus.run(shards, run, steps, 2);
        OptimizerConfig optimizer =
                config.optimizer()
                        .withKind(OptimizerConfig.Kind.ADAMW)
                        .withStateFormat(Precision.BF16)
                        .withAverageDecay(0.99);
        return config.withTraining(config.training().withSpikeSigma(0)) // every step counts
                .withModel(preset.isEmpty() ? TestCorpus.model() : ModelPresets.of(preset))
                .withOptimizer(optimizer)
                .withEvaluation(
                        EvaluationConfig.defaults()
                                .with(
                                        e ->
                                                e.everySteps(Math.max(1, steps / 20))
                                                        .tokens(4096)
                                                        .batchSize(8)))
                .withCheckpoint(
                        new CheckpointConfig(
                                Math.max(1, steps / 10), 1, CheckpointConfig.NONE, false, false))
                .withLogging(
                        config.logging()
                                .with(
                                        l ->
                                                l.everySteps(Math.max(1, steps / SAMPLES))
                                                        .tensorboard(true)));
    }

    @Test
    @Timeout(value = 1, unit = TimeUnit.HOURS)
    void memoryAndLiveArraysStayConstantOverThousandsOfSteps() throws Exception {
        assumeTrue(ResidentMemory.residentBytes() > 0, "Skipped: no /proc/self/status to read");
        Path shards = TestCorpus.write(folder.resolve("shards"), TestCorpus.documents(400, 1));
        Path log = folder.resolve("log");
        ProcessBuilder builder =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Dai.djl.offline=true",
                                "-Xms96m",
                                "-Xmx96m",
                                "-XX:+AlwaysPreTouch",
                                "-XX:+UseSerialGC",
                                "-Xint", // compiled code grows while hot methods are compiled
                                "-cp",
                                System.getProperty("java.class.path"),
                                SoakIT.class.getName(),
                                shards.toString(),
                                folder.resolve("run").toString(),
                                System.getProperty(STEPS, "4000"),
                                System.getProperty(PRESET, ""))
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile());
        builder.environment()
                .put("MALLOC_ARENA_MAX", "1"); // otherwise every thread keeps free memory
        Process process = builder.start();
        try {
            assertThat(process.waitFor()).as(Files.readString(log)).isZero();
        } finally {
            process.destroyForcibly();
        }
        List<String> lines = Files.readAllLines(log);
        assertThat(lines).as("no step may be skipped").contains(SKIPPED + 0);
        List<Sample> samples = new ArrayList<>();
        for (String line : lines) {
            if (line.startsWith("sample ")) {
                samples.add(Sample.parse(line));
            }
        }
        // Classes are loaded and compiled in the first third.
        List<Sample> steady = samples.subList(samples.size() / 3, samples.size());
        assertThat(steady).hasSizeGreaterThan(SAMPLES / 2);
        assertThat(steady).extracting(Sample::held).containsOnly(steady.get(0).held());
        double slope = slope(steady);
        System.out.printf(
                "soak: %d steps, %.1f to %.1f MB resident, %.0f bytes a step, %d arrays%n",
                samples.get(samples.size() - 1).step(),
                steady.get(0).bytes() / 1e6,
                steady.get(steady.size() - 1).bytes() / 1e6,
                slope,
                steady.get(0).held());
        assertThat(slope).as(steady.toString()).isLessThan(LARGEST_SLOPE);
    }

    /** Returns the slope of the least-squares line in bytes per step. */
    private static double slope(List<Sample> samples) {
        double[] x = samples.stream().mapToDouble(Sample::step).toArray();
        double[] y = samples.stream().mapToDouble(Sample::bytes).toArray();
        double meanX = Arrays.stream(x).sum() / x.length;
        double meanY = Arrays.stream(y).sum() / y.length;
        double products = 0;
        double squares = 0;
        for (int i = 0; i < x.length; i++) {
            products += (x[i] - meanX) * (y[i] - meanY);
            squares += (x[i] - meanX) * (x[i] - meanX);
        }
        return products / squares;
    }
}
