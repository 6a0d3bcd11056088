package org.limelm.train.bench;

import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.limelm.train.evaluation.EvaluationResult;

/**
 * Measures the bits per byte after a fixed number of training tokens of the bundled sample, and
 * compares them with the value recorded for this version: shows whether a change makes models learn
 * more or less per token.
 */
final class LearningSection implements BenchSection {
    /** For seed 1, f32 and two threads; rounding on other machines changes it by less than 1 %. */
    static final double RECORDED_BITS_PER_BYTE = 1.5881;

    @Override
    public List<Figure> run(BenchSettings settings, Consumer<String> progress) {
        progress.accept(
                String.format(
                        Locale.ROOT, "learning: %d steps of the baseline", LearningTrial.STEPS));
        try (TemporaryFolder folder = TemporaryFolder.create()) {
            EvaluationResult result = LearningTrial.run(folder.path(), List.of());
            Samples bits = new Samples(new double[] {result.bitsPerByte()});
            return List.of(
                    Figure.of("learning", "baseline, bundled sample", "bits per byte", bits)
                            .within(
                                    new Figure.Limit(
                                            "recorded with this version", RECORDED_BITS_PER_BYTE),
                                    result.bitsPerByte() / RECORDED_BITS_PER_BYTE));
        }
    }
}
