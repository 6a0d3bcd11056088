package org.limelm.annotate.evaluation;

/**
 * A wrong tag that the annotators gave.
 *
 * @param file name of the gold file
 * @param measure the measure that it counts against
 * @param mode annotation mode, {@code full} or {@code causal}
 * @param rank 1 for the most frequent one of this file, measure and mode
 * @param gold the gold tag; {@code O} is the type of words outside entities
 * @param found the tag that was found
 * @param words how often this happened
 * @param errors all wrong tags of this file, measure and mode, in words
 */
public record Confusion(
        String file,
        String measure,
        String mode,
        int rank,
        String gold,
        String found,
        long words,
        long errors) {}
