package org.limelm.train.loop;

import ai.djl.ndarray.NDArray;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.limelm.core.LimeException;
import org.limelm.core.tensorfile.SafetensorsFile;
import org.limelm.core.tensorfile.SafetensorsWriter;
import org.limelm.core.tensorfile.TensorSource;
import org.limelm.model.weights.TensorTransfer;

/** Named arrays to a safetensors file, and back into the same arrays. */
final class TensorFiles {
    private TensorFiles() {}

    static void write(Path file, Map<String, NDArray> arrays) {
        try (TensorTransfer transfer = new TensorTransfer()) {
            List<TensorSource> sources = new ArrayList<>();
            arrays.forEach((name, array) -> sources.add(transfer.source(name, array)));
            SafetensorsWriter.write(file, Map.of("format", "lime"), sources);
        }
    }

    /**
     * Fills the arrays.
     *
     * @throws LimeException if the file lacks one of them, has others, or other shapes
     */
    static void read(Path file, Map<String, NDArray> arrays) {
        try (SafetensorsFile tensors = SafetensorsFile.open(file);
                TensorTransfer transfer = new TensorTransfer()) {
            if (!tensors.tensors().keySet().equals(arrays.keySet())) {
                throw new LimeException(
                        "[%s] tensors %s, expected %s. Hint: was the model configured differently?"
                                .formatted(file, tensors.tensors().keySet(), arrays.keySet()));
            }
            arrays.forEach((name, array) -> transfer.read(tensors, name, array));
        }
    }
}
