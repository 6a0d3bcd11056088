package org.limelm.annotate.models;

import java.lang.ref.SoftReference;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.limelm.annotate.internal.classifier.LinearModel;

/**
 * The classifiers in memory, by the SHA-256 of their files: annotators of the same models share
 * them. One that no annotator uses any more is kept until memory becomes scarce. Thread-safe.
 */
final class SharedClassifiers {
    private static final Map<String, SoftReference<LinearModel>> LOADED = new HashMap<>();

    private SharedClassifiers() {}

    /** Returns a classifier, which is read if it is not in memory. */
    static LinearModel get(String sha256, Supplier<LinearModel> reader) {
        synchronized (LOADED) {
            SoftReference<LinearModel> known = LOADED.get(sha256);
            LinearModel classifier = known == null ? null : known.get();
            if (classifier == null) {
                classifier = reader.get();
                LOADED.put(sha256, new SoftReference<>(classifier));
            }
            return classifier;
        }
    }
}
