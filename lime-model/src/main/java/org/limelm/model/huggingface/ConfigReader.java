package org.limelm.model.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.limelm.core.LimeException;
import org.limelm.core.io.Json;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.model.decoder.Activation;
import org.limelm.model.decoder.MetadataConfig;
import org.limelm.model.decoder.ModelConfig;
import org.limelm.model.decoder.ModelFeatures;
import org.limelm.model.decoder.TagHeadConfig;

/**
 * Reads the {@code config.json} of transformers. Everything that LIME's decoder does not compute is
 * rejected by its key.
 */
final class ConfigReader {
    /** Where a key is absent, transformers uses the default of the architecture. */
    private static final int MISTRAL_SLIDING_WINDOW = 4096;

    private static final int QWEN3_HEAD_DIM = 128;
    private static final double DEFAULT_ROPE_THETA = 10_000;

    private static final Set<String> TANH_GELU = Set.of("gelu_pytorch_tanh", "gelu_new");
    private static final Set<String> SILU = Set.of("silu", "swish");

    private final Path file;
    private final JsonNode config;

    private ConfigReader(Path file, JsonNode config) {
        this.file = file;
        this.config = config;
    }

    /**
     * What a {@code config.json} describes.
     *
     * @param architecture the class of the model
     * @param model the same as a LIME model
     * @param features its metadata tables and its tag head
     * @param provenance of a model that LIME exported; otherwise empty
     */
    record Content(
            Architecture architecture,
            ModelConfig model,
            ModelFeatures features,
            Map<String, String> provenance) {}

    /**
     * Reads a file.
     *
     * @throws LimeException if LIME's decoder cannot compute the model; the message names the key
     */
    static Content read(Path file) {
        JsonNode config = Json.readTree(file);
        if (config.has("formatVersion")) {
            throw new LimeException(
                    "[%s] describes a LIME model, expected a HuggingFace model. Hint: LIME models need no import"
                            .formatted(file));
        }
        return new ConfigReader(file, config).read();
    }

    private Content read() {
        Architecture architecture =
                Architecture.ofModelType(config.path("model_type").asText(), file.toString());
        rejectUnsupported(architecture);
        boolean lime = architecture == Architecture.LIME;
        ModelFeatures features = lime ? features() : ModelFeatures.NONE;
        return new Content(architecture, model(architecture), features, provenance());
    }

    private ModelConfig model(Architecture architecture) {
        int heads = size("num_attention_heads");
        boolean lime = architecture == Architecture.LIME;
        boolean gemma = architecture == Architecture.GEMMA;
        return new ModelConfig(
                size("vocab_size"),
                size("hidden_size"),
                size("num_hidden_layers"),
                heads,
                isSet("num_key_value_heads") ? size("num_key_value_heads") : heads,
                headDim(architecture, heads),
                size("intermediate_size"),
                activation(gemma),
                size("max_position_embeddings"),
                ropeTheta(),
                number("rms_norm_eps"),
                config.path("tie_word_embeddings").asBoolean(gemma),
                gemma || (lime && flag("embedding_scale")),
                architecture == Architecture.QWEN3 || (lime && flag("query_key_norm")),
                lime ? number("final_logit_softcapping") : 0,
                lime ? metadata() : MetadataConfig.defaults());
    }

    private int headDim(Architecture architecture, int heads) {
        if (isSet("head_dim")) {
            return size("head_dim");
        }
        if (architecture == Architecture.QWEN3) {
            return QWEN3_HEAD_DIM;
        }
        int hidden = size("hidden_size");
        if (hidden % heads != 0) {
            throw unsupported(
                    "num_attention_heads", heads + " without head_dim", "a divisor of " + hidden);
        }
        return hidden / heads;
    }

    /** Gemma's first release says "gelu" or nothing for what transformers computes in tanh form. */
    private Activation activation(boolean gemma) {
        String key = gemma && isSet("hidden_activation") ? "hidden_activation" : "hidden_act";
        String name = config.path(key).asText();
        boolean legacyGemma = gemma && (name.isEmpty() || name.equals("gelu"));
        if (TANH_GELU.contains(name) || legacyGemma) {
            return Activation.GEGLU;
        }
        if (SILU.contains(name)) {
            return Activation.SWIGLU;
        }
        throw unsupported(key, name, "silu or gelu_pytorch_tanh");
    }

    private double ropeTheta() {
        JsonNode nested = config.path("rope_parameters").path("rope_theta");
        JsonNode theta = nested.isNumber() ? nested : config.path("rope_theta");
        return theta.isNumber() ? theta.asDouble() : DEFAULT_ROPE_THETA;
    }

    private void rejectUnsupported(Architecture architecture) {
        for (String key :
                Set.of("quantization_config", "attn_logit_softcapping", "query_pre_attn_scalar")) {
            if (isSet(key)) {
                throw unsupported(key, config.path(key).toString(), "none");
            }
        }
        if (architecture != Architecture.LIME && isSet("final_logit_softcapping")) {
            throw unsupported(
                    "final_logit_softcapping", config.path("final_logit_softcapping"), "none");
        }
        for (String key : Set.of("attention_bias", "mlp_bias", "use_sliding_window")) {
            if (flag(key)) {
                throw unsupported(key, "true", "false");
            }
        }
        for (String key : Set.of("rope_scaling", "rope_parameters")) {
            rejectRope(key, config.path(key));
        }
        JsonNode partial = config.path("partial_rotary_factor");
        if (partial.isNumber() && partial.asDouble() != 1) {
            throw unsupported("partial_rotary_factor", partial, "1");
        }
        for (JsonNode type : config.path("layer_types")) {
            if (!type.asText().equals("full_attention")) {
                throw unsupported("layer_types", type.asText(), "full_attention");
            }
        }
        if (architecture == Architecture.MISTRAL) {
            rejectSlidingWindow();
        }
    }

    private void rejectRope(String key, JsonNode rope) {
        if (!rope.isObject()) {
            return;
        }
        String type = rope.path("rope_type").asText(rope.path("type").asText("default"));
        boolean perLayerType = rope.properties().stream().anyMatch(e -> e.getValue().isObject());
        boolean partial = rope.path("partial_rotary_factor").asDouble(1) != 1;
        if (!type.equals("default") || perLayerType || partial) {
            throw unsupported(key, rope, "the plain rotary positions of rope_theta");
        }
    }

    /** A window that is not shorter than the context has no effect. */
    private void rejectSlidingWindow() {
        JsonNode window = config.path("sliding_window");
        boolean none = window.isNull();
        int positions = window.isMissingNode() ? MISTRAL_SLIDING_WINDOW : window.asInt();
        if (!none && positions < size("max_position_embeddings")) {
            throw unsupported("sliding_window", positions, "null");
        }
    }

    private MetadataConfig metadata() {
        return new MetadataConfig(
                flag("metadata_weight_learned")
                        ? MetadataConfig.WeightMode.LEARNED
                        : MetadataConfig.WeightMode.FIXED,
                number("metadata_weight"),
                MetadataConfig.defaults().init(),
                MetadataConfig.defaults().initStd());
    }

    private ModelFeatures features() {
        ObjectNode schema = JsonNodeFactory.instance.objectNode();
        schema.set("features", config.path("metadata_features"));
        MetadataSchema tables = Json.convert(schema, MetadataSchema.class, file.toString());
        return new ModelFeatures(tables, tagHead());
    }

    private Optional<TagHeadConfig> tagHead() {
        if (!isSet(ConfigWriter.TAG_HEAD)) {
            return Optional.empty();
        }
        JsonNode head = config.path(ConfigWriter.TAG_HEAD);
        ObjectNode schema = JsonNodeFactory.instance.objectNode();
        schema.set("features", head.path("features"));
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.set("features", schema);
        node.set("input", head.path("input"));
        return Optional.of(Json.convert(node, TagHeadConfig.class, file.toString()));
    }

    private Map<String, String> provenance() {
        Map<String, String> entries = new TreeMap<>();
        config.path(ConfigWriter.PROVENANCE)
                .properties()
                .forEach(entry -> entries.put(entry.getKey(), entry.getValue().asText()));
        return entries;
    }

    private boolean isSet(String key) {
        return config.hasNonNull(key);
    }

    private boolean flag(String key) {
        return config.path(key).asBoolean(false);
    }

    private int size(String key) {
        JsonNode value = config.path(key);
        if (!value.isInt() || value.asInt() < 1) {
            throw unsupported(key, value, "a positive integer");
        }
        return value.asInt();
    }

    private double number(String key) {
        JsonNode value = config.path(key);
        if (!value.isNumber()) {
            throw unsupported(key, value, "a number");
        }
        return value.asDouble();
    }

    private LimeException unsupported(String key, Object found, String expected) {
        return new LimeException(
                "[%s] %s is %s, expected %s. Hint: LIME's decoder would compute something else"
                        .formatted(
                                file,
                                key,
                                found.toString().isEmpty() ? "missing" : found,
                                expected));
    }
}
