package org.limelm.train.cli;

import java.nio.file.Path;
import java.util.List;
import org.limelm.core.config.ConfigLoader;
import picocli.CommandLine.Parameters;

/** A configuration file and overrides of its keys. */
final class ConfigArguments {
    @Parameters(index = "0", paramLabel = "CONFIG", description = "YAML configuration file.")
    private Path file = Path.of("config.yaml");

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "key=value",
            description = "Keys to override, such as training.steps=200.")
    private List<String> overrides = List.of();

    Path file() {
        return file;
    }

    List<String> overrides() {
        return overrides;
    }

    /**
     * Reads the configuration.
     *
     * @throws org.limelm.core.ConfigException if a key is unknown or a value is invalid
     */
    <T extends Record> T load(Class<T> type) {
        return ConfigLoader.load(type, file, overrides);
    }
}
