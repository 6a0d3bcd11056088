package org.limelm.train.compare;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.limelm.core.config.ConfigLoader;
import org.limelm.core.io.Sha256;
import org.limelm.core.shard.ShardManifest;
import org.limelm.train.config.CheckpointConfig;
import org.limelm.train.config.DataConfig;
import org.limelm.train.config.LoggingConfig;
import org.limelm.train.config.RunConfig;
import org.limelm.train.config.RunFolderConfig;
import org.limelm.train.config.SourceConfig;

/**
 * The identity of a run's results: its configuration and the content of its shards, without the
 * places of files and without what only affects logs and checkpoints.
 */
final class RunKey {
    private RunKey() {}

    /**
     * Returns the SHA-256 of what determines the results of a run.
     *
     * @param prepared configuration with prepared shards
     */
    static String of(RunConfig prepared) {
        DataConfig data = prepared.data();
        RunConfig relevant =
                prepared.with(
                        run ->
                                run.run(RunFolderConfig.defaults())
                                        .checkpoint(CheckpointConfig.defaults())
                                        .logging(LoggingConfig.defaults())
                                        .data(withoutPlaces(data)));
        String shards =
                Stream.concat(
                                data.shards().stream().map(SourceConfig::path),
                                data.validation().stream())
                        .map(RunKey::fingerprint)
                        .collect(Collectors.joining("\n"));
        return Sha256.of(ConfigLoader.toYaml(relevant) + shards);
    }

    private static DataConfig withoutPlaces(DataConfig data) {
        DataConfig none = DataConfig.defaults();
        return data.with(
                kept ->
                        kept.corpus(none.corpus())
                                .shards(
                                        data.shards().stream()
                                                .map(
                                                        source ->
                                                                new SourceConfig(
                                                                        Path.of("shards"),
                                                                        source.weight()))
                                                .toList())
                                .tokenizer(none.tokenizer())
                                .work(none.work())
                                .unitCharacters(none.unitCharacters())
                                .annotator(none.annotator())
                                .validation(List.of())
                                .prefetch(none.prefetch())
                                .verify(none.verify()));
    }

    private static String fingerprint(Path shards) {
        return ShardManifest.read(shards).fingerprint();
    }
}
