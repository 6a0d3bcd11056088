package org.limelm.annotate.models;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import opennlp.tools.util.Version;
import org.limelm.core.LimeException;
import org.limelm.core.io.AtomicFile;
import org.limelm.core.io.Json;
import org.limelm.core.io.Sha256;

/** A model folder to write to; {@link Annotators#load} reads it. */
public final class ModelFolder {
    private final Path folder;
    private final Map<String, ModelList.Entry> entries = new TreeMap<>();
    private final Map<String, String> trainedOn = new TreeMap<>();
    private final Map<String, String> recorded = new HashMap<>(); // by this training

    /** Writes the content of a file. */
    public interface Content {
        /** Writes it uncompressed. */
        void writeTo(OutputStream out) throws IOException;
    }

    private ModelFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * Opens or creates a folder; models that it contains are kept.
     *
     * @param models those that are going to be saved, of which leftovers are removed
     * @throws LimeException if its models have another format, or would not work with new word
     *     clusters
     */
    public static ModelFolder open(Path folder, Set<ModelFile> models) throws IOException {
        Files.createDirectories(folder);
        ModelFolder opened = new ModelFolder(folder);
        Path list = folder.resolve(ModelList.FILE);
        AtomicFile.removeLeftoversOf(list);
        models.forEach(model -> AtomicFile.removeLeftoversOf(opened.file(model)));
        if (Files.exists(list)) {
            ModelList earlier = ModelList.read(list);
            opened.entries.putAll(earlier.models());
            opened.trainedOn.putAll(earlier.trainedOn());
        }
        opened.requireClustersOfOthers(models);
        return opened;
    }

    /** Refuses to replace word clusters that models use which are not trained again. */
    private void requireClustersOfOthers(Set<ModelFile> models) {
        if (!models.contains(ModelFile.WORD_CLUSTERS)) {
            return;
        }
        for (ModelFile model : ModelFile.values()) {
            ModelList.Entry entry = entries.get(model.fileName());
            if (entry != null && !models.contains(model) && !entry.clusters().isEmpty()) {
                throw new LimeException(
                        "[%s] contains %s, which would not work with new word clusters. Hint: train all models again, or without %s, or into a new folder"
                                .formatted(folder, model.fileName(), ModelFile.WORD_CLUSTERS));
            }
        }
    }

    /** Returns the file of a model. */
    public Path file(ModelFile model) {
        return folder.resolve(model.fileName());
    }

    /**
     * Records that models are trained on files; of files with one name, the others by folder.
     *
     * @throws LimeException if a file cannot be read
     */
    public void record(List<Path> files) {
        for (Path file : files) {
            String name = String.valueOf(file.getFileName());
            String hash = Sha256.ofFile(file);
            if (!recorded.getOrDefault(name, hash).equals(hash)) {
                Path parent = file.toAbsolutePath().getParent();
                name = (parent == null ? "" : parent.getFileName()) + "/" + name;
            }
            recorded.put(name, hash);
            trainedOn.put(name, hash);
        }
    }

    /**
     * Saves a model, compressed.
     *
     * @param trainedBy description of the learner and its settings
     * @return size of the file in bytes
     * @throws IOException if the content cannot be made
     * @throws LimeException if the file cannot be written
     */
    public long save(ModelFile model, String trainedBy, Content content) throws IOException {
        byte[] bytes = gzipped(content);
        AtomicFile.write(file(model), out -> out.write(bytes));
        String clusters = model.usesClusters() ? Sha256.ofFile(file(ModelFile.WORD_CLUSTERS)) : "";
        entries.put(
                model.fileName(),
                new ModelList.Entry(bytes.length, Sha256.of(bytes), trainedBy, clusters));
        return bytes.length;
    }

    /**
     * Saves a model of OpenNLP as it is.
     *
     * @param name its name
     */
    void saveImported(ModelFile model, String name, byte[] content) {
        AtomicFile.write(file(model), out -> out.write(content));
        entries.put(model.fileName(), ModelList.Entry.imported(name, content));
    }

    /**
     * Lists the models in {@code models.json}.
     *
     * @throws LimeException if the file cannot be written
     */
    public void finish() {
        Json.write(
                folder.resolve(ModelList.FILE),
                new ModelList(
                        ModelList.VERSION,
                        entries,
                        trainedOn,
                        Map.of("opennlp", Version.currentVersion().toString())));
    }

    private static byte[] gzipped(Content content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip =
                new GZIPOutputStream(bytes) {
                    {
                        def.setLevel(Deflater.BEST_COMPRESSION);
                    }
                }) {
            content.writeTo(gzip);
        }
        return bytes.toByteArray();
    }
}
