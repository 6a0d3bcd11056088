package org.limelm.train.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.limelm.annotate.annotator.AnnotatorOptions;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.model.device.Precision;
import org.limelm.train.internal.measure.MatmulPeak;

/**
 * Measures training steps of a large model on the same batch: the loss should fall, and the memory
 * is compared with {@code lime plan}. Run it alone: the memory is that of the whole process, or of
 * the whole GPU.
 */
final class ScaleSection implements BenchSection {
    private static final MetadataSchema TABLES = AnnotatorOptions.defaults().schema();

    private static String name(BenchSettings settings) {
        int document = settings.documentTokens();
        return document == 0 ? "lime, bf16" : "lime, bf16, documents of " + document + " tokens";
    }

    @Override
    public List<Figure> run(BenchSettings settings, Consumer<String> progress) {
        progress.accept("training a large model");
        double before = MatmulPeak.measure(Precision.BF16, settings.device());
        List<Trial.Step> steps = new ArrayList<>();
        try (Trial trial = new Trial(settings, TABLES, Precision.BF16, settings.recompute())) {
            progress.accept(
                    String.format(Locale.ROOT, "%,d parameters", trial.model().parameterCount()));
            for (int i = 0; i < settings.steps(); i++) {
                Trial.Step step = trial.step();
                steps.add(step);
                progress.accept(
                        String.format(
                                Locale.ROOT,
                                "step %d  loss %.4f  %.2f s  peak memory %.2f GiB",
                                i + 1,
                                step.loss(),
                                step.seconds(),
                                PeakMemory.bytes(settings.device()) / (double) (1L << 30)));
            }
        }
        // Again, because the machine may have been slower before the steps.
        double peak = Math.max(before, MatmulPeak.measure(Precision.BF16, settings.device()));
        double[] speeds =
                steps.stream()
                        .mapToDouble(step -> settings.tokensPerStep() / step.seconds())
                        .toArray();
        double bound = peak / settings.model().flopsPerToken(settings.model().contextLength());
        Samples speed = new Samples(speeds);
        double first = steps.get(0).loss();
        double last = steps.get(steps.size() - 1).loss();
        return List.of(
                Figure.of("scale", name(settings), "tokens/s", speed)
                        .within(new Figure.Limit("matmul peak", bound), speed.median() / bound),
                Figure.of("scale", "loss, first step", "nats", new Samples(first)),
                Figure.of("scale", "loss, last step", "nats", new Samples(last)),
                PeakMemory.ofTraining(settings, TABLES));
    }
}
