package org.limelm.model.huggingface;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.limelm.core.LimeException;
import org.limelm.model.decoder.ModelConfig;
import org.limelm.model.decoder.ModelFeatures;

/** The architectures of transformers that compute what a {@link ModelConfig} describes. */
public enum Architecture {
    /** Llama: RMSNorm, rotary positions, gated feed-forward layer. */
    LLAMA("llama", "LlamaForCausalLM"),
    /** Mistral without a sliding window: computes the same as Llama. */
    MISTRAL("mistral", "MistralForCausalLM"),
    /** Gemma: Llama with scaled token embeddings; its norms multiply by 1 + w. */
    GEMMA("gemma", "GemmaForCausalLM"),
    /** Qwen 3: Llama with normalized queries and keys. */
    QWEN3("qwen3", "Qwen3ForCausalLM"),
    /** LIME's own, in the Python files that are written with the model. */
    LIME("lime", "LimeForCausalLM");

    private final String modelType;
    private final String className;

    Architecture(String modelType, String className) {
        this.modelType = modelType;
        this.className = className;
    }

    /** Returns the {@code model_type} of {@code config.json}. */
    public String modelType() {
        return modelType;
    }

    /** Returns the model class of transformers. */
    public String className() {
        return className;
    }

    /**
     * Returns the architecture that computes the same as a model: one that transformers has, if
     * possible. It has none with metadata tables or a tag head, with both scaled embeddings and
     * normalized queries and keys, or with a soft cap on the logits but no further norms.
     */
    public static Architecture of(ModelConfig model, ModelFeatures features) {
        boolean common = features.equals(ModelFeatures.NONE) && model.logitSoftCap() == 0;
        if (common && !model.embeddingScale() && model.queryKeyNorm()) {
            return QWEN3;
        }
        if (common && model.embeddingScale() && !model.queryKeyNorm()) {
            return GEMMA;
        }
        boolean evenHeads = model.hiddenSize() % model.numHeads() == 0; // LlamaConfig demands it
        if (common && !model.embeddingScale() && evenHeads) {
            return LLAMA;
        }
        return LIME;
    }

    /**
     * Returns the architecture of a {@code model_type}.
     *
     * @param where the file, for the message
     * @throws LimeException if it is not one of these
     */
    static Architecture ofModelType(String modelType, String where) {
        return Arrays.stream(values())
                .filter(architecture -> architecture.modelType.equals(modelType))
                .findFirst()
                .orElseThrow(
                        () ->
                                new LimeException(
                                        "[%s] model_type '%s' is not supported, expected one of %s. Hint: LIME imports decoders that its own architecture can compute exactly"
                                                .formatted(
                                                        where,
                                                        modelType,
                                                        Arrays.stream(values())
                                                                .map(Architecture::modelType)
                                                                .collect(
                                                                        Collectors.joining(
                                                                                ", ")))));
    }

    /** Returns what the gains of norms are stored without: w for a gain of 1 + w. */
    float gainOffset() {
        return this == GEMMA ? 1 : 0;
    }
}
