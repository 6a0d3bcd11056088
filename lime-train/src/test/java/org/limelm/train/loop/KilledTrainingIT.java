package org.limelm.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.limelm.train.TestCorpus;
import org.limelm.train.checkpoint.Checkpointer;
import org.limelm.train.config.CheckpointConfig;
import org.limelm.train.config.RunConfig;

/** Tests a process that saves at every step and is killed. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class KilledTrainingIT {
    @TempDir Path folder;
    private Path run;
    private Optional<Process> started = Optional.empty();

    /**
     * Entry point of the process: trains on the given shards in the given folder for a very long
     * time.
     */
    public static void main(String[] args) {
        try (StopSignal stop = StopSignal.onTermination(Duration.ofSeconds(30))) {
            Trainer.train(
                    config(Path.of(args[0]), Path.of(args[1])), TrainingListener.SILENT, stop);
        }
    }

    private static RunConfig config(Path shards, Path run) {
        return TestCorpus.run(shards, run, 1_000_000, 1)
                .withCheckpoint(new CheckpointConfig(1, 2, CheckpointConfig.LATEST, true, false));
    }

    @BeforeEach
    void writeShards() {
        TestCorpus.write(folder.resolve("shards"), TestCorpus.documents(60, 1));
        run = folder.resolve("run");
    }

    /** Kills the process, which a failed test could leave running for days. */
    @AfterEach
    void kill() {
        started.ifPresent(Process::destroyForcibly);
    }

    private Process startAndWaitForCheckpoints() throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Dai.djl.offline=true",
                                "-cp",
                                System.getProperty("java.class.path"),
                                KilledTrainingIT.class.getName(),
                                folder.resolve("shards").toString(),
                                run.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("log").toFile())
                        .start();
        started = Optional.of(process);
        Path metrics = run.resolve("metrics.jsonl");
        while (!Files.exists(metrics) || Files.readAllLines(metrics).size() < 5) {
            assertThat(process.isAlive()).as(Files.readString(folder.resolve("log"))).isTrue();
            Thread.sleep(20);
        }
        return process;
    }

    private Path latestValid() {
        Checkpointer checkpointer =
                new Checkpointer(
                        run.resolve("checkpoints"),
                        new CheckpointConfig(1, 2, CheckpointConfig.LATEST, true, false),
                        message -> {});
        return checkpointer.find().orElseThrow();
    }

    @Test
    void killAtAnyTimeLeavesAValidCheckpointToResume() throws Exception {
        for (int round = 0; round < 3; round++) {
            Process process = startAndWaitForCheckpoints();
            Thread.sleep(37L * round);
            process.destroyForcibly().waitFor();
            assertThat(latestValid()).isDirectory();
        }
    }

    @ParameterizedTest
    @CsvSource({"TERM, 143", "INT, 130"})
    void stopSignalSavesACheckpointAndExitsWithItsStatus(String signal, int status)
            throws Exception {
        Process process = startAndWaitForCheckpoints();
        assumeTrue(handlesInterrupts(process), "Skipped: started where SIGINT is ignored");
        new ProcessBuilder("kill", "-s", signal, Long.toString(process.pid())).start().waitFor();
        assertThat(process.waitFor()).isEqualTo(status);
        assertThat(latestValid()).isDirectory();
    }

    /** Returns whether SIGINT is handled; background processes of a shell inherit it as ignored. */
    private static boolean handlesInterrupts(Process process) throws IOException {
        Path file = Path.of("/proc", Long.toString(process.pid()), "status");
        if (!Files.exists(file)) {
            return true;
        }
        String ignored =
                Files.readAllLines(file).stream()
                        .filter(line -> line.startsWith("SigIgn:"))
                        .findFirst()
                        .orElseThrow();
        return (Long.parseUnsignedLong(ignored.substring(7).strip(), 16) & 1 << 1) == 0;
    }
}
