package org.limelm.annotate.full;

/** Splits runs without whitespace into tokens. An instance is for use by one thread. */
public interface TokenDetector {
    /**
     * Returns where tokens begin inside a run, except for the first one at 0.
     *
     * @param run without whitespace, at least one UTF-16 code unit
     * @return ascending UTF-16 indices; must not be modified
     */
    int[] starts(String run);
}
