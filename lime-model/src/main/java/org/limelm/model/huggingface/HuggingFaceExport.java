package org.limelm.model.huggingface;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.limelm.core.io.AtomicFile;
import org.limelm.core.io.IoErrors;
import org.limelm.core.io.Json;
import org.limelm.core.tensorfile.DType;
import org.limelm.core.tensorfile.TensorSource;
import org.limelm.model.decoder.ModelConfig;
import org.limelm.model.weights.ModelDescription;
import org.limelm.model.weights.StoredModel;

/**
 * Writes the weights and the configuration of a LIME model for transformers:
 *
 * <ul>
 *   <li>{@code config.json}
 *   <li>{@code model.safetensors}, or several files and {@code model.safetensors.index.json}
 *   <li>{@code configuration_lime.py} and {@code modeling_lime.py}, if transformers has no
 *       architecture that computes the same ({@link Architecture#of})
 * </ul>
 */
public final class HuggingFaceExport {
    private static final List<String> PYTHON_FILES =
            List.of("configuration_lime.py", "modeling_lime.py");

    private HuggingFaceExport() {}

    /**
     * Writes a model into an existing folder.
     *
     * @return the architecture of the written model
     * @throws org.limelm.core.LimeException if the disk fails or is full
     */
    public static Architecture write(StoredModel model, Path folder, ExportOptions options) {
        ModelDescription description = model.description();
        ModelConfig config = description.architecture();
        Architecture architecture = Architecture.of(config, description.features());
        DType format = options.bfloat16() ? DType.BF16 : DType.F32;
        List<TensorSource> tensors = new ArrayList<>();
        for (TensorBlock block : TensorLayout.of(architecture, config, description.features())) {
            tensors.add(
                    new TensorSource(
                            block.name(),
                            format,
                            block.shape(),
                            out -> BlockCopy.toHuggingFace(block, model.weights(), format, out)));
        }
        SafetensorsFolder.write(folder, tensors, options.maxFileBytes());
        if (architecture == Architecture.LIME) {
            PYTHON_FILES.forEach(name -> copyResource(name, folder.resolve(name)));
        }
        Json.write(
                folder.resolve("config.json"),
                ConfigWriter.write(architecture, description, options));
        return architecture;
    }

    private static void copyResource(String name, Path target) {
        try (InputStream in = HuggingFaceExport.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("The resource " + name + " is missing in the jar");
            }
            AtomicFile.write(target, in::transferTo);
        } catch (IOException e) {
            throw IoErrors.cannotWrite(target, e);
        }
    }
}
