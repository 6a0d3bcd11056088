package org.limelm.annotate.evaluation;

import java.util.Optional;

/**
 * One figure for each annotation mode.
 *
 * @param file name of the gold file
 * @param measure what was measured, such as {@code XPOS accuracy}
 * @param gold number of gold words, sentences or entities in the file
 * @param full result of the whole-text annotator: a fraction from 0 to 1, or words per second
 * @param causal result of the causal annotator; empty if the measure does not apply to it
 */
public record Measurement(
        String file, String measure, long gold, Optional<Double> full, Optional<Double> causal) {}
