package org.limelm.model.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.limelm.core.LimeException;
import org.limelm.core.io.Sha256;
import org.limelm.core.tensorfile.DType;
import org.limelm.core.tensorfile.SafetensorsFile;
import org.limelm.core.tensorfile.TensorInfo;
import org.limelm.model.decoder.ModelConfig;
import org.limelm.model.decoder.ParameterSpec;
import org.limelm.model.decoder.WeightSource;

/** The verified files of a model folder, as a source of weights. */
public final class StoredModel implements WeightSource, AutoCloseable {
    /** Maximum number of layers. */
    private static final int MAX_LAYERS = 10_000;

    /** Maximum number of positions, which is also the length of the rotary table. */
    private static final int MAX_POSITIONS = 1 << 22;

    private final ModelDescription description;
    private final SafetensorsFile weights;

    private StoredModel(ModelDescription description, SafetensorsFile weights) {
        this.description = description;
        this.weights = weights;
    }

    /**
     * Opens a model folder and verifies the hash of its weights, and their names and shapes.
     *
     * @throws LimeException if a file is missing or damaged, or does not match the description
     */
    public static StoredModel open(Path folder) {
        ModelDescription description = ModelFolder.describe(folder);
        Path file = folder.resolve(ModelFolder.WEIGHTS);
        if (!Files.isRegularFile(file)) {
            throw new LimeException("[" + file + "] is missing");
        }
        String actual = Sha256.ofFile(file);
        if (!actual.equals(description.weightsSha256())) {
            throw new LimeException(
                    "[%s] SHA-256 is %s, expected %s from %s. Hint: %s"
                            .formatted(
                                    file,
                                    actual,
                                    description.weightsSha256(),
                                    ModelFolder.CONFIG,
                                    "the file is damaged or was not written completely"));
        }
        SafetensorsFile weights = SafetensorsFile.open(file);
        try {
            checkParameters(weights, description);
            return new StoredModel(description, weights);
        } catch (RuntimeException e) {
            weights.close();
            throw e;
        }
    }

    /** Returns the content of {@code config.json}. */
    public ModelDescription description() {
        return description;
    }

    /** Returns the weights, every parameter as F32 under its name; closed with this. */
    public SafetensorsFile weights() {
        return weights;
    }

    @Override
    public NDArray create(ParameterSpec spec, NDManager owner) {
        NDArray array = owner.zeros(spec.shape(), DataType.FLOAT32);
        new TensorTransfer().read(weights, spec.name(), array);
        return array;
    }

    @Override
    public void close() {
        weights.close();
    }

    /**
     * Checks the sizes that determine the memory of a model before its weights are compared.
     *
     * @param where the weights or their folder, for the message
     * @throws LimeException if there are more layers or positions than any model has
     */
    public static void requirePlausible(ModelConfig architecture, Path where) {
        if (architecture.numLayers() > MAX_LAYERS || architecture.contextLength() > MAX_POSITIONS) {
            throw new LimeException(
                    "[%s] config.json specifies %d layers and %d positions, expected at most %d and %d. Hint: check whether it was changed"
                            .formatted(
                                    where,
                                    architecture.numLayers(),
                                    architecture.contextLength(),
                                    MAX_LAYERS,
                                    MAX_POSITIONS));
        }
    }

    /** Compares all parameters with the file before allocating any of them. */
    private static void checkParameters(SafetensorsFile file, ModelDescription description) {
        ModelConfig architecture = description.architecture();
        requirePlausible(architecture, file.path());
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
                                        ModelFolder.CONFIG));
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
                            .formatted(file.path(), ModelFolder.CONFIG, missing, unexpected));
        }
    }
}
