package org.limelm.train.record;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.limelm.core.config.ConfigEntry;
import org.limelm.core.config.ConfigLoader;
import org.limelm.core.io.AtomicFile;
import org.limelm.core.io.IoErrors;
import org.limelm.core.io.Json;

/**
 * Writes a run into MLflow's file store (mlflow.org, {@code mlflow/store/tracking/file_store.py}):
 *
 * <pre>{@code
 * mlruns/0/meta.yaml                    the experiment
 * mlruns/0/RUN/meta.yaml                name, times in milliseconds, status
 * mlruns/0/RUN/metrics/train/loss       a line "milliseconds value step" per point
 * mlruns/0/RUN/params/optimizer.beta1   a value of the configuration
 * mlruns/0/RUN/tags/mlflow.runName      a tag
 * mlruns/0/RUN/artifacts/samples.md     texts
 * }</pre>
 *
 * <p>The id of the run is kept in {@code mlflow-run-id} in the run folder, so that a resumed run
 * continues the same one; points of later steps are dropped.
 */
final class MlflowTracker implements Tracker {
    static final String ID_FILE = "mlflow-run-id";

    /** MLflow's limit for the value of a parameter. */
    private static final int MOST_PARAMETER_CHARS = 6000;

    private static final String EXPERIMENT = "0";

    /** The statuses of {@code mlflow.entities.RunStatus}. */
    private static final int RUNNING = 1;

    private static final Map<Outcome, Integer> STATUS =
            Map.of(Outcome.FINISHED, 3, Outcome.FAILED, 4, Outcome.STOPPED, 5);

    private final Path store;
    private @Nullable Started run;

    /**
     * A run in the store.
     *
     * @param folder its folder
     * @param name shown by MLflow
     * @param started when its first part began
     */
    private record Started(Path folder, String name, Instant started) {}

    /** Writes into a store, which is created if it does not exist. */
    MlflowTracker(Path store) {
        this.store = store.toAbsolutePath();
    }

    @Override
    public void start(TrackedRun tracked) {
        Path experiment = created(store.resolve(EXPERIMENT));
        writeExperiment(experiment);
        String id = id(tracked.folder().root());
        Path folder = created(experiment.resolve(id));
        String name = tracked.folder().root().toAbsolutePath().normalize().toString();
        Started started = new Started(folder, name, firstStart(tracked));
        for (String part : List.of("metrics", "params", "tags", "artifacts")) {
            created(folder.resolve(part));
        }
        dropLaterThan(folder.resolve("metrics"), tracked.stepsDone());
        for (ConfigEntry entry : ConfigLoader.entries(tracked.config())) {
            String value = entry.text();
            write(
                    folder.resolve("params").resolve(plain(entry.key())),
                    value.substring(0, Math.min(MOST_PARAMETER_CHARS, value.length())));
        }
        tag(folder, "mlflow.runName", name);
        tag(folder, "mlflow.source.name", tracked.environment().command());
        tag(folder, "mlflow.source.type", "LOCAL");
        tag(folder, "mlflow.source.git.commit", tracked.environment().revision());
        tag(folder, "arm", tracked.config().armLabel());
        tag(folder, "device", tracked.environment().device());
        tag(folder, "processor", tracked.environment().processor());
        run = started;
        writeMeta(started, RUNNING, "null");
    }

    private static Instant firstStart(TrackedRun tracked) {
        List<RunEnvironment> parts =
                Files.exists(tracked.folder().history())
                        ? RunLogs.history(tracked.folder())
                        : List.of();
        return parts.isEmpty() ? tracked.environment().started() : parts.get(0).started();
    }

    /** Returns the id of the run in the store, a new one at the first start. */
    private static String id(Path runFolder) {
        Path file = runFolder.resolve(ID_FILE);
        try {
            if (Files.exists(file)) {
                String id = Files.readString(file).strip();
                if (id.matches("[0-9a-f]{32}")) {
                    return id;
                }
            }
        } catch (IOException e) {
            throw IoErrors.cannotRead(file, e);
        }
        String id = UUID.randomUUID().toString().replace("-", "");
        AtomicFile.writeString(file, id + "\n");
        return id;
    }

    private void writeExperiment(Path folder) {
        Path meta = folder.resolve("meta.yaml");
        if (Files.exists(meta)) {
            return;
        }
        long now = System.currentTimeMillis();
        Map<String, String> entries = new LinkedHashMap<>();
        entries.put("artifact_location", quoted(uri(folder)));
        entries.put("creation_time", Long.toString(now));
        entries.put("experiment_id", quoted(EXPERIMENT));
        entries.put("last_update_time", Long.toString(now));
        entries.put("lifecycle_stage", "active");
        entries.put("name", "Default");
        writeYaml(meta, entries);
    }

    private static void writeMeta(Started run, int status, String endTime) {
        String id = String.valueOf(run.folder().getFileName());
        Map<String, String> entries = new LinkedHashMap<>();
        entries.put("artifact_uri", quoted(uri(run.folder().resolve("artifacts"))));
        entries.put("end_time", endTime);
        entries.put("entry_point_name", "''");
        entries.put("experiment_id", quoted(EXPERIMENT));
        entries.put("lifecycle_stage", "active");
        entries.put("run_id", quoted(id));
        entries.put("run_name", quoted(run.name()));
        entries.put("run_uuid", quoted(id));
        entries.put("source_name", "''");
        entries.put("source_type", "4");
        entries.put("source_version", "''");
        entries.put("start_time", Long.toString(run.started().toEpochMilli()));
        entries.put("status", Integer.toString(status));
        entries.put("tags", "[]");
        entries.put("user_id", quoted(System.getProperty("user.name", "unknown")));
        writeYaml(run.folder().resolve("meta.yaml"), entries);
    }

    private static void writeYaml(Path file, Map<String, String> entries) {
        write(
                file,
                entries.entrySet().stream()
                        .map(entry -> entry.getKey() + ": " + entry.getValue() + "\n")
                        .collect(Collectors.joining()));
    }

    /** Returns a string of YAML: every JSON string is one. */
    private static String quoted(String text) {
        return Json.toLine(text);
    }

    private static String uri(Path folder) {
        URI uri = folder.toUri();
        String text = uri.toString();
        return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }

    private static void dropLaterThan(Path metrics, long lastStep) {
        try (Stream<Path> files = Files.walk(metrics)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String kept =
                        Files.readString(file, StandardCharsets.UTF_8)
                                .lines()
                                .filter(line -> isKept(line, lastStep))
                                .map(line -> line + "\n")
                                .collect(Collectors.joining());
                AtomicFile.writeString(file, kept);
            }
        } catch (IOException e) {
            throw IoErrors.cannotWrite(metrics, e);
        }
    }

    private static boolean isKept(String line, long lastStep) {
        String[] parts = line.split(" ", -1);
        return parts.length == 3
                && parts[2].matches("\\d{1,18}")
                && Long.parseLong(parts[2]) <= lastStep;
    }

    @Override
    public void scalars(long step, Map<String, Double> values) {
        if (run == null) {
            return;
        }
        long now = System.currentTimeMillis();
        Path metrics = run.folder().resolve("metrics");
        values.forEach(
                (name, value) ->
                        append(metrics.resolve(name), now + " " + value + " " + step + "\n"));
    }

    @Override
    public void text(long step, String name, String markdown) {
        if (run != null) {
            write(run.folder().resolve("artifacts").resolve(plain(name) + ".md"), markdown);
        }
    }

    @Override
    public void end(Outcome outcome) {
        if (run != null) {
            writeMeta(
                    run,
                    STATUS.getOrDefault(outcome, RUNNING),
                    Long.toString(System.currentTimeMillis()));
            run = null;
        }
    }

    private static void tag(Path folder, String name, String value) {
        write(folder.resolve("tags").resolve(name), value);
    }

    /** Returns a name with only characters that MLflow allows. */
    private static String plain(String name) {
        return name.replaceAll("[^\\w.-]", "_");
    }

    private static void write(Path file, String text) {
        AtomicFile.writeString(file, text);
    }

    private static void append(Path file, String line) {
        try {
            created(Objects.requireNonNull(file.getParent()));
            Files.writeString(
                    file,
                    line,
                    StandardCharsets.UTF_8,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw IoErrors.cannotWrite(file, e);
        }
    }

    private static Path created(Path folder) {
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw IoErrors.cannotWrite(folder, e);
        }
    }
}
