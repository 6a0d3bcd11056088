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

/** The configurations and their reference in the repository fit the code. */
class ConfigurationReferenceTest {
    private static final Path REPOSITORY = Path.of("..");
    private static final Path REFERENCE = REPOSITORY.resolve("docs/configuration.md");
    private static final Path CONFIGURATIONS = REPOSITORY.resolve("configs");
    private static final String UPDATE = "lime.update";

    private static final String HEAD =
            """
            # Configuration

            A configuration is a YAML file of the keys below. Every key may be left out, an unknown one is an
            error. `key=value` after the file on the command line replaces a value: `training.batchSize=8`,
            `'data.shards=[{path: shards/a}, {path: shards/b, weight: 2}]'`. `[]` stands for each element of a list.

            """;

    @Test
    void theReferenceIsThatOfTheCode() throws IOException {
        String expected = HEAD + ConfigReference.markdown(RunConfig.class);
        if (Boolean.getBoolean(UPDATE)) {
            Files.writeString(REFERENCE, expected);
        }
        assertThat(REFERENCE)
                .as("run this test with -D%s=true to write it anew", UPDATE)
                .hasContent(expected);
    }

    @TestFactory
    Stream<DynamicTest> everyConfigurationOfTheRepositoryIsLoaded() throws IOException {
        assumeTrue(Files.isDirectory(CONFIGURATIONS), "Skipped: there is no folder configs");
        List<Path> files;
        try (Stream<Path> children = Files.list(CONFIGURATIONS)) {
            files = children.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
        }
        assertThat(files).isNotEmpty();
        return files.stream()
                .map(
                        file ->
                                DynamicTest.dynamicTest(
                                        file.getFileName().toString(),
                                        () -> ConfigLoader.load(RunConfig.class, file, List.of())));
    }
}
