package org.limelm.model.weights;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.limelm.core.LimeException;
import org.limelm.core.io.Json;
import org.limelm.core.tensorfile.SafetensorsWriter;
import org.limelm.core.tensorfile.TensorSource;
import org.limelm.model.decoder.LimeDecoder;
import org.limelm.model.decoder.ModelConfig;
import org.limelm.model.decoder.ModelFeatures;
import org.limelm.model.decoder.ParameterSpec;
import org.limelm.model.decoder.Recompute;
import org.limelm.model.device.Precision;

/**
 * A model stored as a folder:
 *
 * <ul>
 *   <li>{@code model.safetensors}: every parameter as F32 under its name ({@link ParameterSpec#of})
 *   <li>{@code config.json}: a {@link ModelDescription}, written last; it contains the SHA-256 of
 *       the weights, so that an incomplete folder is detected
 * </ul>
 */
public final class ModelFolder {
    /** Name of the description. */
    public static final String CONFIG = "config.json";

    /** Name of the weights. */
    public static final String WEIGHTS = "model.safetensors";

    private ModelFolder() {}

    /**
     * Writes a model. Each file is replaced atomically.
     *
     * @param folder created if absent
     * @param provenance how the model was trained
     * @throws LimeException if the disk fails or is full
     */
    public static void save(Path folder, LimeDecoder model, Map<String, String> provenance) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new LimeException("[" + folder + "] cannot create the folder: " + e, e);
        }
        TensorTransfer transfer = new TensorTransfer();
        List<TensorSource> tensors = new ArrayList<>();
        model.parameters().forEach((name, weight) -> tensors.add(transfer.source(name, weight)));
        write(folder, model.config(), model.features(), tensors, provenance);
    }

    /**
     * Writes a model whose weights come from elsewhere. Each file is replaced atomically.
     *
     * @param folder an existing folder
     * @param weights every parameter of {@link ParameterSpec#of}, F32
     * @param provenance how the model was trained
     * @throws LimeException if the disk fails or is full
     */
    public static void write(
            Path folder,
            ModelConfig architecture,
            ModelFeatures features,
            List<TensorSource> weights,
            Map<String, String> provenance) {
        String sha256 =
                SafetensorsWriter.write(folder.resolve(WEIGHTS), Map.of("format", "lime"), weights);
        Json.write(
                folder.resolve(CONFIG),
                new ModelDescription(
                        ModelDescription.FORMAT_VERSION,
                        architecture,
                        features.tables(),
                        features.tagHead(),
                        sha256,
                        provenance));
    }

    /**
     * Reads the description of a folder's model, without the weights.
     *
     * @throws LimeException if the file is missing or was written by a newer version
     */
    public static ModelDescription describe(Path folder) {
        Path file = folder.resolve(CONFIG);
        if (!Files.isRegularFile(file)) {
            throw new LimeException(
                    "[" + folder + "] contains no " + CONFIG + ", expected a model folder");
        }
        JsonNode tree = Json.readTree(file);
        int version = tree.path("formatVersion").asInt(-1);
        if (version != ModelDescription.FORMAT_VERSION) {
            throw new LimeException(
                    "[%s] format version %d, expected %d. Hint: %s"
                            .formatted(
                                    file,
                                    version,
                                    ModelDescription.FORMAT_VERSION,
                                    version > ModelDescription.FORMAT_VERSION
                                            ? "it was written by a newer LIME"
                                            : "it is not a LIME model"));
        }
        addLaterKeys(tree);
        return Json.convert(tree, ModelDescription.class, file.toString());
    }

    /**
     * Adds defaults for keys introduced later: models in older folders do not use these features.
     */
    private static void addLaterKeys(JsonNode tree) {
        if (tree.path("architecture") instanceof ObjectNode architecture) {
            if (!architecture.has("queryKeyNorm")) {
                architecture.put("queryKeyNorm", false);
            }
            if (!architecture.has("logitSoftCap")) {
                architecture.put("logitSoftCap", 0.0);
            }
        }
    }

    /**
     * Loads a model.
     *
     * @param precision the compute precision
     * @param recompute which layers recompute their intermediate results in training
     * @param manager parent of the model's manager; determines the device
     * @throws LimeException if a file is missing or damaged, or does not match the description
     */
    public static LoadedModel load(
            Path folder, Precision precision, Recompute recompute, NDManager manager) {
        try (StoredModel stored = StoredModel.open(folder)) {
            ModelDescription description = stored.description();
            LimeDecoder decoder =
                    LimeDecoder.create(
                            description.architecture(),
                            description.features(),
                            precision,
                            recompute,
                            manager,
                            stored);
            return new LoadedModel(decoder, description);
        }
    }
}
