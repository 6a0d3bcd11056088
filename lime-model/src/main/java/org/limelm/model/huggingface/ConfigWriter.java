package org.limelm.model.huggingface;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.limelm.core.metadata.Feature;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.model.decoder.Activation;
import org.limelm.model.decoder.ModelConfig;
import org.limelm.model.decoder.ModelFeatures;
import org.limelm.model.weights.ModelDescription;

/** Writes the {@code config.json} of transformers for a LIME model. */
final class ConfigWriter {
    /** Key of the provenance of a LIME model, which transformers keeps but does not read. */
    static final String PROVENANCE = "lime_provenance";

    /** Key of the tag head; absent without one. */
    static final String TAG_HEAD = "tag_head";

    private ConfigWriter() {}

    /** Returns the content of {@code config.json}. */
    static ObjectNode write(
            Architecture architecture, ModelDescription description, ExportOptions options) {
        ModelConfig model = description.architecture();
        ObjectNode config = JsonNodeFactory.instance.objectNode();
        config.putArray("architectures").add(architecture.className());
        config.put("model_type", architecture.modelType());
        config.put("vocab_size", model.vocabularySize());
        config.put("hidden_size", model.hiddenSize());
        config.put("intermediate_size", model.ffnSize());
        config.put("num_hidden_layers", model.numLayers());
        config.put("num_attention_heads", model.numHeads());
        config.put("num_key_value_heads", model.numKvHeads());
        config.put("head_dim", model.headDim());
        config.put("hidden_act", activation(model.activation()));
        config.put("max_position_embeddings", model.contextLength());
        config.put("rms_norm_eps", model.normEpsilon());
        config.put("rope_theta", model.ropeTheta());
        config.put("tie_word_embeddings", model.tiedHead());
        config.putNull("bos_token_id");
        config.put("eos_token_id", options.endOfTextId());
        config.putNull("pad_token_id");
        config.put("torch_dtype", options.bfloat16() ? "bfloat16" : "float32");
        config.put("use_cache", true);
        switch (architecture) {
            case LIME -> addLime(config, model, description.features(), options);
            case GEMMA -> config.put("hidden_activation", activation(model.activation()));
            case QWEN3 -> config.put("attention_bias", false).put("use_sliding_window", false);
            case LLAMA, MISTRAL -> config.put("attention_bias", false).put("mlp_bias", false);
        }
        ObjectNode provenance = config.putObject(PROVENANCE);
        description.provenance().forEach(provenance::put);
        return config;
    }

    private static void addLime(
            ObjectNode config, ModelConfig model, ModelFeatures features, ExportOptions options) {
        config.putObject("auto_map")
                .put("AutoConfig", "configuration_lime.LimeConfig")
                .put("AutoModel", "modeling_lime.LimeModel")
                .put("AutoModelForCausalLM", "modeling_lime.LimeForCausalLM");
        config.put("embedding_scale", model.embeddingScale());
        config.put("query_key_norm", model.queryKeyNorm());
        config.put("final_logit_softcapping", model.logitSoftCap());
        config.put("metadata_weight", model.metadata().weightValue());
        config.put("metadata_weight_learned", model.metadata().hasLearnedWeights());
        config.put("metadata_shift", options.metadataShift());
        addFeatures(config, "metadata_features", features.tables());
        features.tagHead()
                .ifPresent(
                        head -> {
                            ObjectNode node = config.putObject(TAG_HEAD);
                            node.put("input", head.input().label());
                            addFeatures(node, "features", head.features());
                        });
    }

    private static void addFeatures(ObjectNode node, String key, MetadataSchema schema) {
        ArrayNode features = node.putArray(key);
        for (Feature feature : schema.features()) {
            ArrayNode tags = features.addObject().put("name", feature.name()).putArray("tags");
            feature.tags().forEach(tags::add);
        }
    }

    /** Returns the name in transformers; GEGLU is GELU in its tanh form. */
    private static String activation(Activation activation) {
        return switch (activation) {
            case GEGLU -> "gelu_pytorch_tanh";
            case SWIGLU -> "silu";
        };
    }
}
