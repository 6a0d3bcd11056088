package org.limelm.annotate.models;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a folder of models holds and where it comes from: {@code models.json}.
 *
 * @param formatVersion 1
 * @param models by file name
 * @param trainedOn SHA-256 of each training file, by name
 * @param software versions that decide the result
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
     * @param trainedBy learner and its settings, in words
     */
    public record Entry(long bytes, String sha256, String trainedBy) {}

    public ModelList {
        models = Collections.unmodifiableMap(new TreeMap<>(models));
        trainedOn = Collections.unmodifiableMap(new TreeMap<>(trainedOn));
        software = Collections.unmodifiableMap(new TreeMap<>(software));
    }
}
