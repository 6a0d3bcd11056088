package org.limelm.annotate.full;

/** A model of a {@link SentenceDetector}; immutable, shared by all threads. */
@FunctionalInterface
public interface SentenceDetectorModel {
    /** Returns a new detector, for one thread. */
    SentenceDetector newDetector();
}
