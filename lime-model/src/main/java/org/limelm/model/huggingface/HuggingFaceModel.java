package org.limelm.model.huggingface;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.limelm.core.LimeException;
import org.limelm.core.tensorfile.DType;
import org.limelm.core.tensorfile.SafetensorsFile;
import org.limelm.core.tensorfile.TensorInfo;
import org.limelm.core.tensorfile.TensorSource;
import org.limelm.model.decoder.ModelConfig;
import org.limelm.model.decoder.ModelFeatures;
import org.limelm.model.decoder.ParameterSpec;
import org.limelm.model.weights.ModelFolder;
import org.limelm.model.weights.StoredModel;

/**
 * A model in a HuggingFace folder, which LIME's decoder can compute: Llama, Mistral, Gemma, Qwen 3,
 * or a model that LIME exported. Reads {@code config.json} and safetensors files only.
 */
public final class HuggingFaceModel implements AutoCloseable {
    private final ConfigReader.Content config;
    private final List<TensorBlock> blocks;
    private final SafetensorsFolder weights;

    private HuggingFaceModel(
            ConfigReader.Content config, List<TensorBlock> blocks, SafetensorsFolder weights) {
        this.config = config;
        this.blocks = blocks;
        this.weights = weights;
    }

    /**
     * Opens a folder and checks the names, shapes and formats of all tensors.
     *
     * @throws LimeException if a file is missing or damaged, or the model is not one that LIME's
     *     decoder computes; the message names the reason
     */
    public static HuggingFaceModel open(Path folder) {
        Path file = folder.resolve("config.json");
        ConfigReader.Content config = ConfigReader.read(file);
        StoredModel.requirePlausible(config.model(), folder);
        List<TensorBlock> blocks =
                TensorLayout.of(config.architecture(), config.model(), config.features());
        SafetensorsFolder weights = SafetensorsFolder.open(folder);
        try {
            requireTensors(folder, config.model(), blocks, weights);
            return new HuggingFaceModel(config, blocks, weights);
        } catch (RuntimeException e) {
            weights.close();
            throw e;
        }
    }

    private static void requireTensors(
            Path folder, ModelConfig model, List<TensorBlock> blocks, SafetensorsFolder weights) {
        TreeSet<String> unexpected = new TreeSet<>(weights.names());
        unexpected.removeIf(name -> isIgnored(name, model));
        TreeSet<String> missing = new TreeSet<>();
        for (TensorBlock block : blocks) {
            if (!unexpected.remove(block.name())) {
                missing.add(block.name());
            }
        }
        if (!missing.isEmpty() || !unexpected.isEmpty()) {
            throw new LimeException(
                    "[%s] tensors do not match config.json: missing %s, unexpected %s. Hint: biases, adapters and other additions are not supported"
                            .formatted(folder, missing, unexpected));
        }
        for (TensorBlock block : blocks) {
            SafetensorsFile file = weights.fileOf(block.name());
            TensorInfo found = file.tensor(block.name());
            if (!found.shape().equals(block.shape())
                    || !FloatFormat.READABLE.contains(found.dtype())) {
                throw new LimeException(
                        "[%s, tensor '%s'] is %s %s, expected %s %s from config.json"
                                .formatted(
                                        file.path(),
                                        block.name(),
                                        found.dtype(),
                                        found.shape(),
                                        FloatFormat.READABLE,
                                        block.shape()));
            }
        }
    }

    /** Returns whether transformers does not read a tensor either. */
    private static boolean isIgnored(String name, ModelConfig model) {
        return name.endsWith(".rotary_emb.inv_freq")
                || (model.tiedHead() && name.equals("lm_head.weight"));
    }

    /** Returns the architecture. */
    public Architecture architecture() {
        return config.architecture();
    }

    /** Returns the same model as a LIME model. */
    public ModelConfig model() {
        return config.model();
    }

    /** Returns the metadata tables and the tag head of a model that LIME exported; or none. */
    public ModelFeatures features() {
        return config.features();
    }

    /** Returns the provenance of a model that LIME exported; otherwise an empty map. */
    public Map<String, String> provenance() {
        return config.provenance();
    }

    /**
     * Writes a LIME model into an existing folder, with float32 weights of the same values.
     *
     * @param provenance how the model was trained
     * @throws LimeException if the disk fails or is full
     */
    public void save(Path folder, Map<String, String> provenance) {
        Map<String, List<TensorBlock>> byParameter = TensorLayout.byParameter(blocks);
        List<TensorSource> parameters = new ArrayList<>();
        for (ParameterSpec spec : ParameterSpec.of(config.model(), config.features())) {
            List<TensorBlock> parts = byParameter.getOrDefault(spec.name(), List.of());
            List<Long> shape = new ArrayList<>();
            for (long dimension : spec.shape().getShape()) {
                shape.add(dimension);
            }
            parameters.add(
                    new TensorSource(
                            spec.name(),
                            DType.F32,
                            shape,
                            out -> {
                                for (TensorBlock part : parts) {
                                    BlockCopy.toLime(part, weights.fileOf(part.name()), out);
                                }
                            }));
        }
        ModelFolder.write(folder, config.model(), config.features(), parameters, provenance);
    }

    @Override
    public void close() {
        weights.close();
    }
}
