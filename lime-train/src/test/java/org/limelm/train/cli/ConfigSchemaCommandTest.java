package org.limelm.train.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.limelm.core.ConfigException;
import org.limelm.core.config.ConfigLoader;
import org.limelm.core.io.Json;
import org.limelm.train.config.ComparisonConfig;
import org.limelm.train.config.RunConfig;

/** {@code lime config schema}, with an independent validator. */
class ConfigSchemaCommandTest {
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final JsonSchema RUN = schema("config", "schema");
    private static final JsonSchema COMPARISON = schema("config", "schema", "--comparison");

    @Test
    void theSchemasAreValidAgainstTheDraft() {
        JsonSchema draft =
                JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                        .getSchema(
                                SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));
        assertThat(draft.validate(RUN.getSchemaNode())).isEmpty();
        assertThat(draft.validate(COMPARISON.getSchemaNode())).isEmpty();
        assertThat(draft.validate(Json.parse("{\"type\": 3}", JsonNode.class, "wrong")))
                .isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("configurations")
    void everyConfigurationInTheRepositoryIsAccepted(Path file) throws IOException {
        String text = Files.readString(file);
        boolean comparison = text.lines().anyMatch("compare:"::equals);
        assertThat(errors(COMPARISON, text)).isEmpty();
        if (comparison) {
            assertThat(errors(RUN, text)).singleElement().asString().contains("compare");
        } else {
            assertThat(errors(RUN, text)).isEmpty();
        }
    }

    @Test
    void everyConfigurationThatIsWrittenOutIsAccepted() {
        assertThat(errors(RUN, ConfigLoader.toYaml(RunConfig.defaults()))).isEmpty();
        assertThat(errors(COMPARISON, ConfigLoader.toYaml(ComparisonConfig.defaults()))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "training: {batchsize: 3}",
                "trainings: {}",
                "seed: one",
                "seed: 1.5",
                "arm: [lime]",
                "arm: {preset: lime, shifts: 1}",
                "arm: {source: loud}",
                "arm: {source: {kind: observed, share: 0.1}}",
                "annotation: whole",
                "data: {shards: [{weights: 2}]}",
                "data: {verify: maybe}",
                "optimizer: {learningRate: fast}",
                "model: 3"
            })
    void whatTheLoaderRejectsForItsStructureIsRejected(String text) {
        assertThat(errors(RUN, text)).isNotEmpty();
        assertThat(errors(COMPARISON, text)).isNotEmpty();
        assertThat(rejectedByLoader(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "seed: 1_000",
                "arm: lime/causal",
                "arm: {preset: lime+1, nextTags: 0.3}",
                "arm: {features: pos, nextTags: '0.3:falling'}",
                "arm: {source: shuffled}",
                "arm: {source: {kind: noise, share: 0.2}}",
                "data: {corpus: corpus.jsonl}",
                "data: {shards: [{path: shards/a}, {path: shards/b, weight: 2}]}",
                "training: {recompute: 2}",
                "training: {recompute: auto}",
                "optimizer: {learningRate: 3e-4}",
                "model:"
            })
    void whatTheLoaderReadsIsAccepted(String text) {
        assertThat(errors(RUN, text)).isEmpty();
        assertThat(rejectedByLoader(text)).isFalse();
    }

    private static boolean rejectedByLoader(String text) {
        try {
            ConfigLoader.parse(RunConfig.class, text, "test", List.of());
            return false;
        } catch (ConfigException expected) {
            return true;
        }
    }

    private static Stream<Path> configurations() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("../configs"))) {
            return files
                    .filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    private static JsonSchema schema(String... command) {
        CapturedRun printed = CapturedRun.of(command);
        assertThat(printed.status()).as(printed.err()).isZero();
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(Json.parse(printed.out(), JsonNode.class, "standard output"));
    }

    private static Set<ValidationMessage> errors(JsonSchema schema, String yaml) {
        try {
            return schema.validate(YAML.readTree(yaml));
        } catch (IOException e) {
            throw new IllegalArgumentException(yaml, e);
        }
    }
}
