package org.limelm.annotate.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.launcher.JavaModuleOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.annotate.feature.FeatureAnnotators;
import org.limelm.annotate.feature.FeatureSpec;
import org.limelm.annotate.models.Annotators;
import org.limelm.annotate.pipeline.AnnotateJob;
import org.limelm.annotate.pipeline.AnnotateReport;
import org.limelm.annotate.pipeline.PipelineFixture;

/** A standalone cluster of a master and two workers on this machine, of which one is killed. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class SparkClusterIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir Path folder;
    private final List<Process> cluster = new ArrayList<>();

    @AfterEach
    void stopCluster() {
        for (Process process : cluster) {
            kill(process);
        }
    }

    @Test
    void aKilledWorkerDoesNotChangeAByte() throws Exception {
        PipelineFixture fixture = new PipelineFixture(folder);
        fixture.jsonl("a.jsonl", 16, 40_000);
        List<FeatureSpec> features = FeatureSpec.ofPaper();
        Annotators annotators = FeatureAnnotators.of(Optional.empty(), features);
        AnnotateJob local = fixture.job(annotators, "local").withUnitCharacters(80_000);
        PipelineFixture.run(local);
        AnnotateJob job = local.withOutput(folder.resolve("spark"));

        String master = startMaster();
        Process doomed = startWorker(master, "doomed");
        startWorker(master, "survivor");
        AtomicBoolean killed = new AtomicBoolean();
        AnnotateReport report;
        try (JavaSparkContext spark = new JavaSparkContext(configuration(master))) {
            await(() -> spark.sc().getExecutorMemoryStatus().size() == 3, "two executors");
            report =
                    SparkAnnotation.run(
                            job,
                            AnnotatorSource.ofFeatures(Optional.empty(), features),
                            spark,
                            progress -> {
                                if (finishedShards(job.output()) >= 2
                                        && killed.compareAndSet(false, true)) {
                                    kill(doomed);
                                }
                            });
        }

        assertThat(killed).isTrue();
        assertThat(report.shards()).isEqualTo(8);
        assertThat(PipelineFixture.hashes(job.output()))
                .isEqualTo(PipelineFixture.hashes(local.output()));
    }

    private SparkConf configuration(String master) {
        return new SparkConf()
                .setMaster(master)
                .setAppName("annotate")
                .set("spark.driver.host", "127.0.0.1")
                .set("spark.driver.bindAddress", "127.0.0.1")
                .set("spark.ui.enabled", "false")
                .set("spark.executor.memory", "1g")
                .set("spark.executor.extraJavaOptions", "-Dai.djl.offline=true")
                .set("spark.executor.extraClassPath", classPath());
    }

    private String startMaster() throws IOException, InterruptedException {
        int port = freePort();
        start(
                "org.apache.spark.deploy.master.Master",
                "master",
                "--host",
                "127.0.0.1",
                "--port",
                Integer.toString(port),
                "--webui-port",
                "0");
        await(() -> accepts(port), "the master");
        return "spark://127.0.0.1:" + port;
    }

    private Process startWorker(String master, String name) throws IOException {
        return start(
                "org.apache.spark.deploy.worker.Worker",
                name,
                "--host",
                "127.0.0.1",
                "--webui-port",
                "0",
                "--cores",
                "1",
                "--memory",
                "1g",
                "--work-dir",
                folder.resolve(name).toString(),
                master);
    }

    private Process start(String main, String name, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(JavaModuleOptions.defaultModuleOptions().split(" ")));
        command.addAll(List.of("-Xmx512m", "-cp", classPath(), main));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("SPARK_HOME", home().toString());
        builder.environment().put("SPARK_SCALA_VERSION", "2.13");
        builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
        Process process =
                builder.redirectErrorStream(true)
                        .redirectOutput(folder.resolve(name + ".log").toFile())
                        .start();
        cluster.add(process);
        return process;
    }

    /** Returns a Spark home whose jars are those of this class path. */
    private Path home() throws IOException {
        Path jars = folder.resolve("spark-home/jars");
        if (!Files.exists(jars)) {
            Files.createDirectories(jars);
            for (String entry : classPath().split(File.pathSeparator)) {
                Path jar = Path.of(entry);
                if (Files.isRegularFile(jar)) {
                    Files.createSymbolicLink(jars.resolve(jar.getFileName()), jar);
                }
            }
        }
        return folder.resolve("spark-home");
    }

    private static String classPath() {
        return System.getProperty("java.class.path");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Kills a worker and its executors at once. */
    private static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private static long finishedShards(Path output) {
        try (Stream<Path> files = Files.list(output)) {
            return files.filter(file -> file.toString().endsWith(".done.json")).count();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static boolean accepts(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private String logs() throws IOException {
        StringBuilder logs = new StringBuilder();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.log")) {
            for (Path file : files) {
                logs.append(file).append('\n').append(Files.readString(file));
            }
        }
        return logs.toString();
    }

    private interface Condition {
        boolean holds();
    }

    private void await(Condition condition, String what) throws IOException, InterruptedException {
        Instant end = Instant.now().plus(PATIENCE);
        while (!condition.holds()) {
            for (Process process : cluster) {
                assertThat(process.isAlive()).as("waiting for %s\n%s", what, logs()).isTrue();
            }
            assertThat(Instant.now()).as("waiting for %s\n%s", what, logs()).isBefore(end);
            Thread.sleep(100);
        }
    }
}
