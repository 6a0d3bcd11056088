package org.limelm.model.huggingface;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.model.decoder.Activation;
import org.limelm.model.decoder.InitConfig;
import org.limelm.model.decoder.LimeDecoder;
import org.limelm.model.decoder.MetadataConfig;
import org.limelm.model.decoder.ModelConfig;
import org.limelm.model.decoder.ModelFeatures;
import org.limelm.model.decoder.Recompute;
import org.limelm.model.decoder.TagHeadConfig;
import org.limelm.model.decoder.TestModels;
import org.limelm.model.device.Precision;
import org.limelm.model.weights.ModelFolder;
import org.limelm.model.weights.StoredModel;

/** Small models of every kind, with random weights and gains. */
final class Models {
    static final int END_OF_TEXT = 3;

    private Models() {}

    /**
     * A model.
     *
     * @param shift distance to the token whose tags a position reads
     */
    record Kind(Architecture expected, ModelConfig model, ModelFeatures features, int shift) {
        /** A model without a tag head. */
        Kind(Architecture expected, ModelConfig model, MetadataSchema tables, int shift) {
            this(expected, model, ModelFeatures.of(tables), shift);
        }
    }

    /** Returns a model for each architecture and each of LIME's own features. */
    static Map<String, Kind> kinds() {
        Map<String, Kind> kinds = new LinkedHashMap<>();
        MetadataSchema none = MetadataSchema.EMPTY;
        ModelConfig swiglu = config(Activation.SWIGLU, true, false);
        ModelConfig geglu = config(Activation.GEGLU, false, false);
        ModelConfig scaled = config(Activation.GEGLU, true, true);
        kinds.put("llama", new Kind(Architecture.LLAMA, swiglu, none, 0));
        kinds.put("llama-geglu-untied", new Kind(Architecture.LLAMA, geglu, none, 0));
        kinds.put("gemma", new Kind(Architecture.GEMMA, scaled, none, 0));
        kinds.put("qwen3", new Kind(Architecture.QWEN3, swiglu.withQueryKeyNorm(true), none, 0));
        ModelConfig all = scaled.withQueryKeyNorm(true).withLogitSoftCap(5);
        kinds.put("lime-without-tables", new Kind(Architecture.LIME, all, none, 0));
        kinds.put("lime", new Kind(Architecture.LIME, all, TestModels.SCHEMA, 0));
        ModelConfig learned = geglu.withMetadata(TestModels.learned());
        kinds.put("lime-plus-1", new Kind(Architecture.LIME, learned, TestModels.SCHEMA, 1));
        MetadataSchema dropped = TestModels.SCHEMA.withDropped();
        kinds.put("lime-dropping-tags", new Kind(Architecture.LIME, learned, dropped, 0));
        kinds.put("lime-late", new Kind(Architecture.LIME, learned, TestModels.SCHEMA, -2));
        Optional<TagHeadConfig> state = head(TagHeadConfig.Input.STATE);
        ModelFeatures predicting = new ModelFeatures(none, state);
        kinds.put("baseline-predicting-tags", new Kind(Architecture.LIME, swiglu, predicting, 0));
        ModelFeatures observing = new ModelFeatures(TestModels.SCHEMA, state);
        kinds.put("lime-predicting-tags", new Kind(Architecture.LIME, all, observing, 0));
        ModelFeatures own =
                new ModelFeatures(TestModels.SCHEMA, head(TagHeadConfig.Input.PREVIOUS_STATE));
        kinds.put("lime-plus-1-predicting-tags", new Kind(Architecture.LIME, learned, own, 1));
        return kinds;
    }

    private static Optional<TagHeadConfig> head(TagHeadConfig.Input input) {
        return Optional.of(new TagHeadConfig(TestModels.SCHEMA, input));
    }

    private static ModelConfig config(Activation activation, boolean tied, boolean scale) {
        MetadataConfig normal =
                new MetadataConfig(
                        MetadataConfig.WeightMode.FIXED, 0.5, MetadataConfig.TableInit.NORMAL, 0.3);
        return TestModels.config(2, activation, tied, scale, normal);
    }

    /** Creates a model whose weights and gains all differ from their defaults. */
    static LimeDecoder create(Kind kind, NDManager manager) {
        InitConfig wide = InitConfig.defaults().withStd(0.2);
        LimeDecoder decoder =
                LimeDecoder.create(
                        kind.model(),
                        kind.features(),
                        Precision.F32,
                        Recompute.NONE,
                        manager,
                        wide,
                        11);
        decoder.parameters()
                .forEach(
                        (name, weight) -> {
                            if (name.contains("norm") || name.contains("condition")) {
                                weight.addi(manager.randomUniform(-0.4f, 0.6f, weight.getShape()));
                            }
                        });
        decoder.weightsChanged();
        return decoder;
    }

    /** Saves a model as a model folder and as a HuggingFace folder. */
    static void export(Kind kind, LimeDecoder decoder, Path lime, Path folder, long maxFileBytes) {
        ModelFolder.save(lime, decoder, Map.of("arm", "test"));
        try (StoredModel stored = StoredModel.open(lime)) {
            ExportOptions options =
                    ExportOptions.of(END_OF_TEXT, kind.shift()).withMaxFileBytes(maxFileBytes);
            HuggingFaceExport.write(stored, folder, options);
        }
    }
}
