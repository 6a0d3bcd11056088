package org.limelm.train.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.limelm.core.config.ConfigLoader;
import org.limelm.core.config.ConfigReference;

/** Checks the configurations and the configuration reference in the repository against the code. */
class ConfigurationReferenceTest {
    private static final Path REPOSITORY = Path.of("..");
    private static final Path REFERENCE = REPOSITORY.resolve("docs/configuration.md");
    private static final Path CONFIGURATIONS = REPOSITORY.resolve("configs");
    private static final String UPDATE = "lime.update";

    private static final String HEAD =
            """
            # Configuration

            A configuration is a YAML file with the keys below. Every key is optional; an unknown
            key is an error. On the command line, `key=value` after the file overrides a value:
            `training.batchSize=8`, or for a list
            `'data.shards=[{path: shards/a}, {path: shards/b, weight: 2}]'`. In the table, `[]`
            stands for each element of a list. The key `compare` is for `lime compare` and `lime
            quickstart` ([Comparing arms](comparing.md)); the other commands reject it.

            `lime config show FILE key=value` shows every key with its value and where that was set:
            by default, in a line of the file, or by an override. `lime config schema` prints the
            JSON schema of these keys, with which editors complete and check them
            ([Getting started](getting-started.md#shell-and-editor)).

            """;

    @Test
    void referenceMatchesTheCode() throws IOException {
        String expected = HEAD + ConfigReference.markdown(ComparisonConfig.class);
        if (Boolean.getBoolean(UPDATE)) {
            Files.writeString(REFERENCE, expected);
        }
        assertThat(REFERENCE)
                .as("run this test with -D%s=true to regenerate it", UPDATE)
                .hasContent(expected);
    }

    @TestFactory
    Stream<DynamicTest> everyConfigurationInTheRepositoryLoads() throws IOException {
        assumeTrue(Files.isDirectory(CONFIGURATIONS), "Skipped: the folder configs does not exist");
        List<Path> files;
        try (Stream<Path> children = Files.list(CONFIGURATIONS)) {
            files = children.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
        }
        assertThat(files).isNotEmpty();
        return files.stream()
                .map(
                        file ->
                                DynamicTest.dynamicTest(
                                        file.getFileName().toString(), () -> load(file)));
    }

    private static void load(Path file) throws IOException {
        if (Files.readString(file).lines().anyMatch("compare:"::equals)) {
            ConfigLoader.load(ComparisonConfig.class, file, List.of());
        } else {
            ConfigLoader.load(RunConfig.class, file, List.of());
        }
    }
}
