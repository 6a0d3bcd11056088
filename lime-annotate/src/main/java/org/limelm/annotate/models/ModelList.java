package org.limelm.annotate.models;

import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.limelm.core.LimeException;
import org.limelm.core.io.Json;
import org.limelm.core.io.Sha256;

/**
 * The contents and provenance of a model folder: {@code models.json}.
 *
 * @param formatVersion {@value #VERSION}
 * @param models by file name
 * @param trainedOn SHA-256 of each training file, by name
 * @param software software versions that determine the result
 */
public record ModelList(
        int formatVersion,
        Map<String, Entry> models,
        Map<String, String> trainedOn,
        Map<String, String> software) {
    /** Name of the file. */
    public static final String FILE = "models.json";

    /** The current format. */
    public static final int VERSION = 3;

    /**
     * A model.
     *
     * @param bytes size of the file
     * @param sha256 its hash
     * @param trainedBy description of the learner and its settings
     * @param clusters SHA-256 of the word clusters that it was trained with; empty if it uses none
     */
    public record Entry(long bytes, String sha256, String trainedBy, String clusters) {
        private static final String IMPORTED = "imported from OpenNLP: ";

        /**
         * Returns the entry of a model of OpenNLP.
         *
         * @param name its name
         */
        static Entry imported(String name, byte[] content) {
            return new Entry(content.length, Sha256.of(content), IMPORTED + name, "");
        }

        private boolean isImported() {
            return trainedBy.startsWith(IMPORTED);
        }
    }

    /** Returns whether models of another language have been imported. */
    boolean isImported() {
        return models.values().stream().anyMatch(Entry::isImported);
    }

    public ModelList {
        models = Collections.unmodifiableMap(new TreeMap<>(models));
        trainedOn = Collections.unmodifiableMap(new TreeMap<>(trainedOn));
        software = Collections.unmodifiableMap(new TreeMap<>(software));
    }

    /**
     * Reads the list of a folder.
     *
     * @throws LimeException if it has another format or cannot be read
     */
    public static ModelList read(Path file) {
        requireVersion(Json.read(file, Map.class), file.toString());
        return Json.read(file, ModelList.class);
    }

    /**
     * Reads a list.
     *
     * @param where its place, for errors
     * @throws LimeException if it is malformed or has another format
     */
    static ModelList parse(String json, String where) {
        requireVersion(Json.parse(json, Map.class, where), where);
        return Json.parse(json, ModelList.class, where);
    }

    /** Earlier formats have other fields, so that the version is checked before these. */
    private static void requireVersion(Map<?, ?> list, String where) {
        Object version = list.get("formatVersion");
        if (!Objects.equals(version, VERSION)) {
            throw new LimeException(
                    "[%s] format version %s, expected %d: the features of classifiers have changed. Hint: train the models again with `lime annotator train`, into a new folder"
                            .formatted(where, version, VERSION));
        }
    }
}
