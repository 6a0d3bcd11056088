package org.limelm.annotate.models;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.limelm.core.LimeException;
import org.limelm.core.io.AtomicFile;
import org.limelm.core.io.FolderLock;
import org.limelm.core.io.IoErrors;
import org.limelm.core.io.Json;
import org.limelm.core.io.Sha256;

/**
 * The files of a model folder, on disk or bundled with the library. Its {@code models.json} lists
 * them, their hashes and the training data.
 */
final class ModelFiles {
    private static final String BUNDLED = "/org/limelm/annotate/models/";

    private final String where;
    private final Source source;
    private final ModelList list;

    private interface Source {
        InputStream open(String file) throws IOException;
    }

    private ModelFiles(String where, Source source) {
        this.where = where;
        this.source = source;
        this.list = list();
    }

    /** Returns the files bundled with the library. */
    static ModelFiles bundled() {
        return new ModelFiles(
                "bundled models",
                file -> {
                    InputStream in = ModelFiles.class.getResourceAsStream(BUNDLED + file);
                    if (in == null) {
                        throw new IOException("no resource " + BUNDLED + file);
                    }
                    return in;
                });
    }

    /**
     * Returns the files of a folder.
     *
     * @throws LimeException if the list cannot be read
     */
    static ModelFiles at(Path folder) {
        return new ModelFiles(
                folder.toString(), file -> Files.newInputStream(folder.resolve(file)));
    }

    private ModelList list() {
        byte[] json = read(ModelList.FILE, InputStream::readAllBytes);
        return ModelList.parse(
                new String(json, StandardCharsets.UTF_8), where + "/" + ModelList.FILE);
    }

    /**
     * Copies the models that a folder lacks into it, and lists them there.
     *
     * @throws LimeException if the folder has other word clusters, or another process writes models
     *     into it
     */
    @SuppressWarnings("try") // the lock is held, not used
    void copyMissing(Path folder) {
        try (FolderLock lock = ModelFolder.lock(folder)) {
            copyMissingInto(folder);
        } catch (IOException e) {
            throw IoErrors.cannotWrite(folder, e);
        }
    }

    private void copyMissingInto(Path folder) {
        Path file = folder.resolve(ModelList.FILE);
        Map<String, ModelList.Entry> models = new TreeMap<>();
        Map<String, String> trainedOn = new TreeMap<>(list.trainedOn());
        if (Files.exists(file)) {
            ModelList own = ModelList.read(file);
            if (own.isImported()) {
                throw new LimeException(
                        "[%s] has models of another language, expected a folder for the %s, which are English. Hint: choose a new folder"
                                .formatted(folder, where));
            }
            models.putAll(own.models());
            trainedOn.putAll(own.trainedOn());
        }
        requireSameClusters(folder, models.get(ModelFile.WORD_CLUSTERS.fileName()));
        list.models()
                .forEach(
                        (name, entry) -> {
                            if (models.putIfAbsent(name, entry) == null) {
                                byte[] content = read(name, InputStream::readAllBytes);
                                AtomicFile.write(folder.resolve(name), out -> out.write(content));
                            }
                        });
        Json.write(file, new ModelList(ModelList.VERSION, models, trainedOn, list.software()));
    }

    private void requireSameClusters(Path folder, ModelList.@Nullable Entry clusters) {
        if (clusters != null && !clusters.sha256().equals(sha256(ModelFile.WORD_CLUSTERS))) {
            throw new LimeException(
                    "[%s] has word clusters of its own, with which the %s do not work. Hint: choose a new folder"
                            .formatted(folder, where));
        }
    }

    /** Returns the name of the folder, for errors. */
    String where() {
        return where;
    }

    /** Returns the hash of a model. */
    String sha256(ModelFile file) {
        return entry(file).sha256();
    }

    /**
     * Returns what the list says about a model.
     *
     * @throws LimeException if the folder lacks it
     */
    ModelList.Entry entry(ModelFile file) {
        ModelList.Entry entry = list.models().get(file.fileName());
        if (entry == null) {
            throw new LimeException(
                    "[%s] no model %s. Hint: %s".formatted(where, file.fileName(), hint()));
        }
        return entry;
    }

    private String hint() {
        return list.isImported()
                ? "models of another language tag universal parts of speech alone: use --metadata 'pos(tags=upos)', or data.metadata=[{feature: pos, tags: upos}]"
                : "train it with `lime annotator train`, or add the bundled one with its option --from-bundled";
    }

    /** Returns whether the folder has a model. */
    boolean has(ModelFile file) {
        return list.models().containsKey(file.fileName());
    }

    /**
     * Returns the content of a model.
     *
     * @throws LimeException if it cannot be read or is not the listed one
     */
    byte[] content(ModelFile file) {
        String expected = sha256(file);
        byte[] content = read(file.fileName(), InputStream::readAllBytes);
        String actual = Sha256.of(content);
        if (!actual.equals(expected)) {
            throw new LimeException(
                    "[%s/%s] SHA-256 is %s, expected %s according to %s. Hint: the file is damaged or from another training run; train again"
                            .formatted(where, file.fileName(), actual, expected, ModelList.FILE));
        }
        return content;
    }

    /**
     * Returns a model that is made of its content.
     *
     * @throws LimeException if the content is malformed
     */
    <T> T parse(ModelFile file, byte[] content, Parser<T> parser) {
        return parse(file.fileName(), new ByteArrayInputStream(content), parser);
    }

    /** Makes a model of the content of a file. */
    interface Parser<T> {
        T parse(InputStream in) throws IOException;
    }

    private <T> T read(String file, Parser<T> parser) {
        try (InputStream in = source.open(file)) {
            return parse(file, in, parser);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private <T> T parse(String file, InputStream in, Parser<T> parser) {
        try {
            return parser.parse(in);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private LimeException unreadable(String file, IOException e) {
        return new LimeException(
                "[%s/%s] cannot be read: %s. Hint: is this a folder that `lime annotator train` or `import` wrote?"
                        .formatted(where, file, e.getMessage()),
                e);
    }
}
