package org.limelm.train.distributed;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A job of several Java processes, started by {@code mpirun}. */
public final class MpiRun implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(100);

    private final Process process;
    private final Path log;

    /**
     * The result of a job.
     *
     * @param status exit status of mpirun
     * @param output output of all processes
     * @param seconds seconds from {@link #await} to the end
     */
    public record Ended(int status, String output, double seconds) {}

    private MpiRun(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** Skips the test if there is no mpirun. */
    public static void assumeAvailable() {
        boolean there =
                Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "mpirun")));
        assumeTrue(there, "Skipped: mpirun (Open MPI) is not installed");
    }

    /** Starts a job with standard output and error in one log. */
    public static MpiRun start(int ranks, Path log, Class<?> program, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.addAll(List.of("mpirun", "--allow-run-as-root", "--oversubscribe"));
        command.addAll(List.of("--bind-to", "none", "-np", Integer.toString(ranks)));
        command.addAll(List.of("--mca", "pml", "ob1", "--mca", "btl", "self,vader"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx1g", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of("-Dai.djl.offline=true", "-cp"));
        command.add(System.getProperty("java.class.path"));
        command.add(program.getName());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("OMP_NUM_THREADS", "1");
        builder.redirectErrorStream(true).redirectOutput(log.toFile());
        return new MpiRun(builder.start(), log);
    }

    /** Runs a job until it ends. */
    public static Ended run(int ranks, Path log, Class<?> program, String... arguments)
            throws IOException, InterruptedException {
        try (MpiRun job = start(ranks, log, program, arguments)) {
            return job.await();
        }
    }

    /** Waits for the end of the job. */
    public Ended await() throws IOException, InterruptedException {
        long started = System.nanoTime();
        if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("The job hangs:\n" + output());
        }
        return new Ended(process.exitValue(), output(), (System.nanoTime() - started) / 1e9);
    }

    /** Returns the output so far. */
    public String output() throws IOException {
        return Files.readString(log, StandardCharsets.UTF_8);
    }

    /** Waits for output that matches a pattern and returns the first match. */
    public Matcher awaitOutput(String pattern) throws IOException, InterruptedException {
        Pattern compiled = Pattern.compile(pattern);
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() < deadline) {
            Matcher matcher = compiled.matcher(output());
            if (matcher.find()) {
                return matcher;
            }
            if (!process.isAlive()) {
                throw new AssertionError("The job ended without " + pattern + ":\n" + output());
            }
            Thread.sleep(20);
        }
        throw new AssertionError("No " + pattern + " in:\n" + output());
    }

    /** Sends a signal to a process. */
    public static void signal(String name, String pid) throws IOException, InterruptedException {
        int status = new ProcessBuilder("kill", "-s", name, pid).inheritIO().start().waitFor();
        if (status != 0) {
            throw new IOException("kill -s " + name + " " + pid + " failed");
        }
    }

    /** Kills the job if it is still running. */
    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
