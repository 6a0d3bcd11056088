package org.limelm.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

class ConfigSchemaTest {
    private final JsonNode schema = ConfigSchema.of(SampleConfig.class, "Sample");

    @Test
    void aKeyHasItsMeaningDefaultAndType() {
        assertThat(schema.path("$schema").asText()).endsWith("/draft/2020-12/schema");
        assertThat(schema.path("title").asText()).isEqualTo("Sample");
        assertThat(schema.path("additionalProperties").asBoolean(true)).isFalse();
        assertThat(key("every"))
                .hasToString(
                        "{\"description\":\"Time between checkpoints\",\"default\":\"10m\","
                                + "\"type\":\"string\","
                                + "\"pattern\":\"^-?([pP]|[0-9])[-+.0-9dhmstDHMST]*[dhmsDHMS]$\"}");
        assertThat(key("clip"))
                .hasToString(
                        "{\"description\":\"Largest gradient norm\",\"default\":1.0,\"anyOf\":"
                                + "[{\"type\":[\"number\",\"string\"],\"pattern\":"
                                + "\"^[-+]?[0-9_]*[.]?[0-9_]*([eE][-+]?[0-9]+)?$\"},"
                                + "{\"type\":\"null\"}]}");
        assertThat(key("model").path("properties").path("precision"))
                .hasToString(
                        "{\"description\":\"Type of computation\",\"default\":\"mixed-bf16\","
                                + "\"enum\":[\"f32\",\"mixed-bf16\"]}");
    }

    @Test
    void aListOfOneMayBeAScalar() {
        assertThat(key("arms").path("anyOf"))
                .hasToString(
                        "[{\"type\":\"array\",\"items\":{\"enum\":[\"baseline\",\"lime\",\"lime+1\"]}},"
                                + "{\"enum\":[\"baseline\",\"lime\",\"lime+1\"]}]");
        assertThat(key("stages").path("type").asText()).isEqualTo("array");
        assertThat(key("mixture").path("additionalProperties").path("type").path(0).asText())
                .isEqualTo("number");
    }

    @Test
    void keysWithoutDefaultAreRequired() {
        assertThat(key("stages").path("items").path("required")).hasToString("[\"steps\"]");
        assertThat(schema.has("required")).isFalse();
    }

    @Test
    void aChoiceIsAWordOrKeysWithTheKindUnlessItIsTheDefault() {
        JsonNode forms = key("schedule").path("anyOf");
        assertThat(forms.path(0)).hasToString("{\"enum\":[\"constant\",\"warmup-cosine\"]}");
        assertThat(forms.path(1).path("required")).hasToString("[\"kind\",\"rate\"]");
        assertThat(forms.path(1).path("properties").path("kind"))
                .hasToString("{\"const\":\"constant\"}");
        assertThat(forms.path(2).has("required")).isFalse();
    }

    @Test
    void aTextFormIsAWordOrAGroupWithAPreset() {
        record Labelled(@Doc("A label") TextFormSample label) {}
        JsonNode forms =
                ConfigSchema.of(Labelled.class, "x").path("properties").path("label").path("anyOf");
        assertThat(forms.path(0).path("type")).hasToString("[\"string\",\"number\",\"boolean\"]");
        assertThat(forms.path(1).path("properties").fieldNames())
                .toIterable()
                .containsExactly("preset", "name", "size");
    }

    private JsonNode key(String name) {
        return schema.path("properties").path(name);
    }
}
