package org.limelm.annotate.evaluation;

import java.util.Optional;

/**
 * One figure for each annotation mode.
 *
 * @param file name of the gold file
 * @param measure what was measured, such as {@code XPOS accuracy}
 * @param gold number of words, sentences or entities in the file that it rests on
 * @param full the annotator of whole texts; a share from 0 to 1, or words per second
 * @param causal the annotator of growing texts; empty where the measure does not apply to it
 */
public record Measurement(
        String file, String measure, long gold, Optional<Double> full, Optional<Double> causal) {}
