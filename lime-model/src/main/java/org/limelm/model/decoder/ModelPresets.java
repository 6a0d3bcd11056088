package org.limelm.model.decoder;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.limelm.core.ConfigException;

/** Named architectures. The vocabulary size is replaced by that of the tokenizer in use. */
public final class ModelPresets {
    private static final Map<String, ModelConfig> PRESETS = presets();

    private ModelPresets() {}

    /**
     * Returns the preset with the given name.
     *
     * @throws ConfigException listing the known names if there is no preset of this name
     */
    public static ModelConfig of(String name) {
        ModelConfig preset = PRESETS.get(name);
        if (preset == null) {
            throw new ConfigException(
                    "[model] no preset '" + name + "', expected one of " + PRESETS.keySet());
        }
        return preset;
    }

    /** Returns the presets by name, smallest first. */
    public static Map<String, ModelConfig> all() {
        return PRESETS;
    }

    /** About 1M parameters: trains within minutes on a CPU. */
    public static ModelConfig tiny() {
        return of("tiny");
    }

    /** About 7M parameters: suits a laptop or small server. */
    public static ModelConfig mini() {
        return of("mini");
    }

    private static Map<String, ModelConfig> presets() {
        Map<String, ModelConfig> presets = new LinkedHashMap<>();
        presets.put("tiny", small(4096, 128, 4, 4, 352, 256));
        presets.put("mini", small(8192, 256, 6, 8, 704, 256));
        presets.put("lime-100m", small(16_384, 768, 12, 12, 2048, 1024));
        presets.put("lime-500m", gemma(1024, 20, 4, 1, 6912, 2048));
        presets.put("lime-1b", gemma(1536, 18, 8, 2, 9216, 2048));
        presets.put("lime-2b", gemma(2048, 22, 8, 4, 12_288, 2048));
        return Collections.unmodifiableMap(presets);
    }

    private static ModelConfig small(
            int vocabulary, int hidden, int layers, int heads, int ffn, int context) {
        return new ModelConfig(
                vocabulary,
                hidden,
                layers,
                heads,
                heads,
                hidden / heads,
                ffn,
                Activation.GEGLU,
                context,
                10_000,
                1e-6,
                true,
                false,
                true,
                0,
                MetadataConfig.defaults());
    }

    /** Heads of 256 and a wide GEGLU layer, as in Gemma (arXiv 2403.08295, table 1). */
    private static ModelConfig gemma(
            int hidden, int layers, int heads, int kvHeads, int ffn, int context) {
        return new ModelConfig(
                32_768,
                hidden,
                layers,
                heads,
                kvHeads,
                256,
                ffn,
                Activation.GEGLU,
                context,
                10_000,
                1e-6,
                true,
                true,
                true,
                0,
                MetadataConfig.defaults());
    }
}
