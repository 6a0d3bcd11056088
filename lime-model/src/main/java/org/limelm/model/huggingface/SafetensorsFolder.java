package org.limelm.model.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.limelm.core.LimeException;
import org.limelm.core.io.IoErrors;
import org.limelm.core.io.Json;
import org.limelm.core.tensorfile.SafetensorsFile;
import org.limelm.core.tensorfile.SafetensorsWriter;
import org.limelm.core.tensorfile.TensorSource;

/**
 * The weights of a HuggingFace folder: {@code model.safetensors}, or several files with {@code
 * model.safetensors.index.json}, which names the file of every tensor. Files in other formats, such
 * as pickle, are never read.
 */
final class SafetensorsFolder implements AutoCloseable {
    private static final String SINGLE = "model.safetensors";
    private static final String INDEX = "model.safetensors.index.json";

    private final Path folder;
    private final Map<String, SafetensorsFile> fileOf = new TreeMap<>();
    private final List<SafetensorsFile> files = new ArrayList<>();

    private SafetensorsFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * Opens the weights of a folder.
     *
     * @throws LimeException if there are none in safetensors, or a file does not match the index
     */
    static SafetensorsFolder open(Path folder) {
        SafetensorsFolder weights = new SafetensorsFolder(folder);
        try {
            if (Files.isRegularFile(folder.resolve(INDEX))) {
                weights.openIndexed();
            } else if (Files.isRegularFile(folder.resolve(SINGLE))) {
                SafetensorsFile file = weights.openFile(SINGLE);
                file.tensors().keySet().forEach(name -> weights.fileOf.put(name, file));
            } else {
                throw weights.noWeights();
            }
            return weights;
        } catch (RuntimeException e) {
            weights.close();
            throw e;
        }
    }

    private LimeException noWeights() {
        List<String> others;
        try (Stream<Path> children = Files.list(folder)) {
            others =
                    children.map(child -> child.getFileName().toString())
                            .filter(name -> name.matches(".*\\.(bin|pt|pth|gguf|h5|msgpack)"))
                            .sorted()
                            .toList();
        } catch (IOException e) {
            throw IoErrors.cannotRead(folder, e);
        }
        return new LimeException(
                "[%s] neither %s nor %s, expected weights in safetensors%s. Hint: LIME reads no other format; save the model with save_pretrained of transformers"
                        .formatted(
                                folder,
                                SINGLE,
                                INDEX,
                                others.isEmpty() ? "" : ", found only " + others));
    }

    private void openIndexed() {
        Path index = folder.resolve(INDEX);
        JsonNode map = Json.readTree(index).path("weight_map");
        if (!map.isObject()) {
            throw new LimeException("[" + index + "] no object weight_map, expected file names");
        }
        Map<String, SafetensorsFile> byName = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : map.properties()) {
            String name = entry.getValue().asText();
            if (!name.matches("[\\w.-]+\\.safetensors")) {
                throw new LimeException(
                        "[%s] tensor '%s' is in the file '%s', expected the plain name of a .safetensors file in this folder"
                                .formatted(index, entry.getKey(), name));
            }
            SafetensorsFile file = byName.get(name);
            if (file == null) {
                file = openFile(name);
                byName.put(name, file);
            }
            file.tensor(entry.getKey()); // must be there
            fileOf.put(entry.getKey(), file);
        }
    }

    private SafetensorsFile openFile(String name) {
        SafetensorsFile file = SafetensorsFile.open(folder.resolve(name));
        files.add(file);
        return file;
    }

    /** Returns the names of all tensors. */
    Set<String> names() {
        return Collections.unmodifiableSet(fileOf.keySet());
    }

    /**
     * Returns the file that contains a tensor.
     *
     * @throws LimeException if there is no such tensor
     */
    SafetensorsFile fileOf(String tensor) {
        SafetensorsFile file = fileOf.get(tensor);
        if (file == null) {
            throw new LimeException("[" + folder + "] no tensor '" + tensor + "'");
        }
        return file;
    }

    @Override
    public void close() {
        files.forEach(SafetensorsFile::close);
    }

    /**
     * Writes tensors, in one file or, if they are larger, in several with an index.
     *
     * @param maxFileBytes maximum size of the tensors in a file, unless a single one is larger
     */
    static void write(Path folder, List<TensorSource> tensors, long maxFileBytes) {
        List<List<TensorSource>> parts = divide(tensors, maxFileBytes);
        Map<String, String> metadata = Map.of("format", "pt"); // as transformers requires
        if (parts.size() == 1) {
            SafetensorsWriter.write(folder.resolve(SINGLE), metadata, tensors);
            return;
        }
        Map<String, String> weightMap = new TreeMap<>();
        for (int i = 0; i < parts.size(); i++) {
            String name =
                    String.format(
                            Locale.ROOT, "model-%05d-of-%05d.safetensors", i + 1, parts.size());
            SafetensorsWriter.write(folder.resolve(name), metadata, parts.get(i));
            parts.get(i).forEach(tensor -> weightMap.put(tensor.name(), name));
        }
        Map<String, Object> index = new LinkedHashMap<>();
        long total = tensors.stream().mapToLong(TensorSource::bytes).sum();
        index.put("metadata", Map.of("total_size", total));
        index.put("weight_map", weightMap);
        Json.write(folder.resolve(INDEX), index);
    }

    private static List<List<TensorSource>> divide(List<TensorSource> tensors, long maxBytes) {
        List<List<TensorSource>> parts = new ArrayList<>();
        List<TensorSource> part = new ArrayList<>();
        long bytes = 0;
        for (TensorSource tensor : tensors) {
            if (!part.isEmpty() && bytes + tensor.bytes() > maxBytes) {
                parts.add(part);
                part = new ArrayList<>();
                bytes = 0;
            }
            part.add(tensor);
            bytes += tensor.bytes();
        }
        parts.add(part);
        return parts;
    }
}
