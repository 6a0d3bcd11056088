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
import org.limelm.core.io.FolderLock;
import org.limelm.core.io.Json;
import org.limelm.core.io.Sha256;

/**
 * A model folder to write to, locked until it is closed; {@link Annotators#load} reads it. Each
 * model is listed in {@code models.json} when it is saved: if training is interrupted, the finished
 * ones can be used.
 */
public final class ModelFolder implements AutoCloseable {
    private final FolderLock lock;
    private final Path folder;
    private final Map<String, ModelList.Entry> entries = new TreeMap<>();
    private final Map<String, String> trainedOn = new TreeMap<>();
    private final Map<String, String> recorded = new HashMap<>(); // by this training

    /** Writes the content of a file. */
    public interface Content {
        /** Writes it uncompressed. */
        void writeTo(OutputStream out) throws IOException;
    }

    private ModelFolder(FolderLock lock) {
        this.lock = lock;
        this.folder = lock.folder();
    }

    /**
     * Opens or creates a folder; models that it contains are kept.
     *
     * @param models those that are going to be saved, of which leftovers are removed
     * @throws LimeException if another process writes models into it, its models have another
     *     format, or would not work with new word clusters
     */
    public static ModelFolder open(Path folder, Set<ModelFile> models) throws IOException {
        FolderLock lock = lock(folder);
        try {
            ModelFolder opened = new ModelFolder(lock);
            opened.read(models);
            return opened;
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /**
     * Creates and locks a folder.
     *
     * @throws LimeException if another process writes models into it
     */
    static FolderLock lock(Path folder) throws IOException {
        Files.createDirectories(folder);
        return FolderLock.tryAcquire(folder)
                .orElseThrow(
                        () ->
                                new LimeException(
                                        "[%s] process %s is writing models into this folder. Hint: wait for it, or choose another folder"
                                                .formatted(folder, FolderLock.holder(folder))));
    }

    private void read(Set<ModelFile> models) {
        Path list = folder.resolve(ModelList.FILE);
        AtomicFile.removeLeftoversOf(list);
        models.forEach(model -> AtomicFile.removeLeftoversOf(file(model)));
        if (Files.exists(list)) {
            ModelList earlier = ModelList.read(list);
            entries.putAll(earlier.models());
            trainedOn.putAll(earlier.trainedOn());
        }
        requireClustersOfOthers(models);
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
     * Saves and lists a model, compressed.
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
        list(model, new ModelList.Entry(bytes.length, Sha256.of(bytes), trainedBy, clusters));
        return bytes.length;
    }

    /**
     * Saves and lists a model of OpenNLP as it is.
     *
     * @param name its name
     */
    void saveImported(ModelFile model, String name, byte[] content) {
        AtomicFile.write(file(model), out -> out.write(content));
        list(model, ModelList.Entry.imported(name, content));
    }

    private void list(ModelFile model, ModelList.Entry entry) {
        entries.put(model.fileName(), entry);
        Json.write(
                folder.resolve(ModelList.FILE),
                new ModelList(
                        ModelList.VERSION,
                        entries,
                        trainedOn,
                        Map.of("opennlp", Version.currentVersion().toString())));
    }

    /** Unlocks the folder. */
    @Override
    public void close() {
        lock.close();
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
