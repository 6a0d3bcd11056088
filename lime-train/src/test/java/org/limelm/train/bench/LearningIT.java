package org.limelm.train.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.train.evaluation.EvaluationResult;

/** Trains for a minute: what a trainer that wastes its data does not reach. */
class LearningIT {
    private static final double BOUND = 1.9;

    @TempDir Path folder;

    @Test
    void threeHundredStepsOfTheBundledSampleTeachWhatTheyShould() {
        EvaluationResult result = LearningTrial.run(folder, List.of());
        assertThat(result.bitsPerByte()).isLessThan(BOUND);
    }

    @Test
    void readingDocumentsFromEndToEndMissesTheBoundByFar() {
        EvaluationResult result = LearningTrial.run(folder, List.of("data.order=documents"));
        assertThat(result.bitsPerByte()).isGreaterThan(1.04 * BOUND);
    }
}
