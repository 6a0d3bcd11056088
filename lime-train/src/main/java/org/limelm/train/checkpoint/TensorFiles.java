package org.limelm.train.checkpoint;

import ai.djl.ndarray.NDArray;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.limelm.core.LimeException;
import org.limelm.core.tensorfile.SafetensorsFile;
import org.limelm.core.tensorfile.SafetensorsWriter;
import org.limelm.core.tensorfile.TensorSource;
import org.limelm.model.weights.TensorTransfer;

/** Writes named arrays to a safetensors file and reads them back in place. */
final class TensorFiles {
    /** Metadata of every file. */
    static final Map<String, String> METADATA = Map.of("format", "lime");

    private TensorFiles() {}

    static void write(Path file, Map<String, NDArray> arrays) {
        TensorTransfer transfer = new TensorTransfer();
        List<TensorSource> sources = new ArrayList<>();
        arrays.forEach((name, array) -> sources.add(transfer.source(name, array)));
        SafetensorsWriter.write(file, METADATA, sources);
    }

    /**
     * Reads all tensors of a file into the arrays.
     *
     * @throws LimeException if the tensors of the file differ in names or shapes
     */
    static void read(Path file, Map<String, NDArray> arrays) {
        read(file, arrays, arrays.keySet()::equals);
    }

    /**
     * Reads tensors into the arrays from a file that may contain others.
     *
     * @throws LimeException if the file lacks one of them or shapes differ
     */
    static void readPart(Path file, Map<String, NDArray> arrays) {
        read(file, arrays, names -> names.containsAll(arrays.keySet()));
    }

    private static void read(
            Path file, Map<String, NDArray> arrays, Predicate<Set<String>> expected) {
        TensorTransfer transfer = new TensorTransfer();
        try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
            if (!expected.test(tensors.tensors().keySet())) {
                throw new LimeException(
                        "[%s] contains tensors %s, expected %s. Hint: check that the model is configured as when the file was written"
                                .formatted(file, tensors.tensors().keySet(), arrays.keySet()));
            }
            arrays.forEach((name, array) -> transfer.read(tensors, name, array));
        }
    }
}
