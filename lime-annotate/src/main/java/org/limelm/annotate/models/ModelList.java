package org.limelm.annotate.models;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * The contents and provenance of a model folder: {@code models.json}.
 *
 * @param formatVersion 1
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
    public static final int VERSION = 1;

    /**
     * A model.
     *
     * @param bytes size of the file
     * @param sha256 its hash
     * @param trainedBy description of the learner and its settings
     */
    public record Entry(long bytes, String sha256, String trainedBy) {}

    public ModelList {
        models = Collections.unmodifiableMap(new TreeMap<>(models));
        trainedOn = Collections.unmodifiableMap(new TreeMap<>(trainedOn));
        software = Collections.unmodifiableMap(new TreeMap<>(software));
    }
}
