package org.limelm.model.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.limelm.core.LimeException;
import org.limelm.core.io.Json;
import org.limelm.core.io.Sha256;
import org.limelm.core.tensorfile.DType;
import org.limelm.core.tensorfile.SafetensorsFile;
import org.limelm.core.tensorfile.SafetensorsWriter;
import org.limelm.core.tensorfile.TensorInfo;
import org.limelm.core.tensorfile.TensorSource;
import org.limelm.model.decoder.LimeDecoder;
import org.limelm.model.decoder.ModelConfig;
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

    /** Maximum number of layers. */
    private static final int MAX_LAYERS = 10_000;

    /** Maximum number of positions, which is also the length of the rotary table. */
    private static final int MAX_POSITIONS = 1 << 22;

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
        String sha256 =
                SafetensorsWriter.write(folder.resolve(WEIGHTS), Map.of("format", "lime"), tensors);
        Json.write(
                folder.resolve(CONFIG),
                new ModelDescription(
                        ModelDescription.FORMAT_VERSION,
                        model.config(),
                        model.tables(),
                        model.features().tagHead(),
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
        ModelDescription description = describe(folder);
        Path weights = folder.resolve(WEIGHTS);
        if (!Files.isRegularFile(weights)) {
            throw new LimeException("[" + weights + "] is missing");
        }
        String actual = Sha256.ofFile(weights);
        if (!actual.equals(description.weightsSha256())) {
            throw new LimeException(
                    "[%s] SHA-256 is %s, expected %s from %s. Hint: %s"
                            .formatted(
                                    weights,
                                    actual,
                                    description.weightsSha256(),
                                    CONFIG,
                                    "the file is damaged or was not written completely"));
        }
        TensorTransfer transfer = new TensorTransfer();
        try (SafetensorsFile file = SafetensorsFile.open(weights)) {
            checkParameters(file, description);
            LimeDecoder decoder =
                    LimeDecoder.create(
                            description.architecture(),
                            description.features(),
                            precision,
                            recompute,
                            manager,
                            (spec, owner) -> read(transfer, file, spec, owner));
            return new LoadedModel(decoder, description);
        }
    }

    private static NDArray read(
            TensorTransfer transfer, SafetensorsFile file, ParameterSpec spec, NDManager owner) {
        NDArray array = owner.zeros(spec.shape(), DataType.FLOAT32);
        transfer.read(file, spec.name(), array);
        return array;
    }

    /** Compares all parameters with the file before allocating any of them. */
    private static void checkParameters(SafetensorsFile file, ModelDescription description) {
        ModelConfig architecture = description.architecture();
        if (architecture.numLayers() > MAX_LAYERS || architecture.contextLength() > MAX_POSITIONS) {
            throw new LimeException(
                    "[%s] %s specifies %d layers and %d positions, expected at most %d and %d. Hint: check whether it was changed"
                            .formatted(
                                    file.path(),
                                    CONFIG,
                                    architecture.numLayers(),
                                    architecture.contextLength(),
                                    MAX_LAYERS,
                                    MAX_POSITIONS));
        }
        List<ParameterSpec> specs = ParameterSpec.of(architecture, description.features());
        checkNames(file, specs);
        for (ParameterSpec spec : specs) {
            TensorInfo found = file.tensor(spec.name());
            Shape shape = new Shape(found.shape().stream().mapToLong(Long::longValue).toArray());
            if (found.dtype() != DType.F32 || !shape.equals(spec.shape())) {
                throw new LimeException(
                        "[%s, tensor '%s'] is %s %s, expected F32 %s from %s. Hint: check whether one of the files was changed"
                                .formatted(
                                        file.path(),
                                        spec.name(),
                                        found.dtype(),
                                        shape,
                                        spec.shape(),
                                        CONFIG));
            }
        }
    }

    private static void checkNames(SafetensorsFile file, List<ParameterSpec> specs) {
        TreeSet<String> missing =
                specs.stream()
                        .map(ParameterSpec::name)
                        .collect(Collectors.toCollection(TreeSet::new));
        TreeSet<String> unexpected = new TreeSet<>(file.tensors().keySet());
        unexpected.removeAll(missing);
        missing.removeAll(file.tensors().keySet());
        if (!missing.isEmpty() || !unexpected.isEmpty()) {
            throw new LimeException(
                    "[%s] does not match %s: missing %s, unexpected %s"
                            .formatted(file.path(), CONFIG, missing, unexpected));
        }
    }
}
