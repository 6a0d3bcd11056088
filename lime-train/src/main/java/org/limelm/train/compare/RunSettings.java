package org.limelm.train.compare;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.limelm.core.LimeException;
import org.limelm.core.io.Json;
import org.limelm.core.io.Sha256;
import org.limelm.core.shard.ShardManifest;
import org.limelm.train.checkpoint.RunIdentity;
import org.limelm.train.config.EvaluationConfig;
import org.limelm.train.config.InitialModel;
import org.limelm.train.config.RunConfig;
import org.limelm.train.config.SourceConfig;
import org.limelm.train.record.RunFolder;

/**
 * Everything that determines the model of a run, as flat keys: its configuration and the content of
 * its shards, without the places of files and without what only affects logs, checkpoints and
 * evaluations. Written to {@code settings.json} in the run's folder when the run starts, so that a
 * folder never holds parts of two different runs.
 *
 * @param keys the settings by key
 */
record RunSettings(Map<String, String> keys) {
    /** Name of the file in a run folder. */
    static final String FILE = "settings.json";

    /** Copies the keys. */
    RunSettings {
        keys = Collections.unmodifiableMap(new TreeMap<>(keys));
    }

    /**
     * Returns the settings of a run.
     *
     * @param prepared configuration with prepared shards
     */
    static RunSettings of(RunConfig prepared) {
        Map<String, String> keys = RunIdentity.settings(InitialModel.resolve(prepared), 1);
        keys.put("export.averaged", Boolean.toString(prepared.evaluation().averaged()));
        keys.put("batch.tokens", Long.toString(prepared.training().globalBatchTokens()));
        List<String> shards = fingerprints(prepared);
        for (int i = 0; i < shards.size(); i++) {
            keys.put("shards." + i + ".fingerprint", shards.get(i));
        }
        return new RunSettings(keys);
    }

    /**
     * Returns the hash of everything that determines the result of an evaluation: the model, the
     * held-out text, and the shards whose tags define the classes of tokens.
     *
     * @param evaluation settings of the evaluation
     * @param classes prepared configuration of the run whose shards define the classes
     */
    String keyOfEvaluation(EvaluationConfig evaluation, RunConfig classes) {
        return Sha256.of(
                String.join(
                        "\n",
                        Json.toLine(keys),
                        "tokens " + evaluation.tokens(),
                        "batchSize " + evaluation.batchSize(),
                        String.join("\n", fingerprints(classes))));
    }

    private static List<String> fingerprints(RunConfig prepared) {
        return Stream.concat(
                        prepared.data().shards().stream().map(SourceConfig::path),
                        prepared.data().validation().stream())
                .map(shards -> ShardManifest.read(shards).fingerprint())
                .toList();
    }

    /**
     * Writes the settings into a run folder that holds no run, or that of these settings.
     *
     * @throws LimeException if the folder holds a run with other settings, finished or not
     */
    void claim(Path folder) {
        Path file = folder.resolve(FILE);
        boolean holdsRun =
                Files.exists(folder.resolve(TrainedRun.FILE))
                        || Files.isDirectory(new RunFolder(folder).checkpoints());
        if (holdsRun) {
            requireSame(folder, file);
        } else {
            RunFolder.create(folder);
            Json.write(file, this);
        }
    }

    private void requireSame(Path folder, Path file) {
        List<String> changes =
                Files.exists(file)
                        ? RunIdentity.difference(Json.read(file, RunSettings.class).keys(), keys)
                        : List.of("settings unknown: there is no " + FILE);
        if (!changes.isEmpty()) {
            throw new LimeException(
                    "["
                            + folder
                            + "] contains a run with other settings, and a comparison does not mix"
                            + " runs:\n  "
                            + String.join("\n  ", changes)
                            + "\nHint: undo the change, choose another run.folder, or delete this"
                            + " run's folder to train it again");
        }
    }
}
