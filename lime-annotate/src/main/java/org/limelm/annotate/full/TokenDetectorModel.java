package org.limelm.annotate.full;

/** A model of a {@link TokenDetector}; immutable, shared by all threads. */
@FunctionalInterface
public interface TokenDetectorModel {
    /** Returns a new detector, for one thread. */
    TokenDetector newDetector();
}
