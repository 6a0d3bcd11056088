package org.limelm.train.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.limelm.annotate.annotator.AnnotatorOptions;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.model.decoder.Recompute;
import org.limelm.model.device.Precision;
import org.limelm.train.internal.measure.MatmulPeak;

/**
 * Measures complete training steps: forward, backward, clipping, AdamW. The arms alternate step by
 * step, with matrix products between them, so that drift of the machine affects all arms alike.
 * Arms are compared by the median of the ratios of adjacent steps. A LIME+1 model is a LIME model
 * with shifted tags; it is measured as a separate arm nevertheless.
 */
final class StepSection implements BenchSection {
    private static final int WARM_UP_STEPS = 2;
    private static final int PRODUCTS = 4;
    private static final MetadataSchema TABLES = AnnotatorOptions.defaults().schema();

    private record Variant(String name, MetadataSchema tables, Recompute recompute) {}

    private static final List<Variant> VARIANTS =
            List.of(
                    new Variant("baseline", MetadataSchema.EMPTY, Recompute.NONE),
                    new Variant("lime", TABLES, Recompute.NONE),
                    new Variant("lime+1", TABLES, Recompute.NONE),
                    new Variant("lime, recompute all", TABLES, Recompute.ALL));

    @Override
    public List<Figure> run(BenchSettings settings, Consumer<String> progress) {
        List<Figure> figures = new ArrayList<>();
        for (Precision precision : Precision.values()) {
            progress.accept("training steps, " + precision.label());
            figures.addAll(measure(settings, precision));
        }
        return figures;
    }

    private static List<Figure> measure(BenchSettings settings, Precision precision) {
        int steps = settings.steps();
        double[][] seconds = new double[VARIANTS.size()][steps];
        double[][] peaks = new double[VARIANTS.size()][steps];
        List<Trial> trials = new ArrayList<>();
        try (MatmulPeak peak = new MatmulPeak(precision, settings.device())) {
            for (Variant variant : VARIANTS) {
                trials.add(new Trial(settings, variant.tables(), precision, variant.recompute()));
            }
            for (int i = -WARM_UP_STEPS; i < steps; i++) {
                double before = peak.flopsPerSecond(PRODUCTS);
                for (int at = 0; at < trials.size(); at++) {
                    // Rotates the order, so that every variant takes every position.
                    int v = Math.floorMod(at + i, trials.size());
                    double took = trials.get(v).step().seconds();
                    double after = peak.flopsPerSecond(PRODUCTS);
                    if (i >= 0) {
                        seconds[v][i] = took;
                        peaks[v][i] = (before + after) / 2;
                    }
                    before = after;
                }
            }
        } finally {
            trials.forEach(Trial::close);
        }
        return figures(settings, precision, seconds, peaks);
    }

    private static List<Figure> figures(
            BenchSettings settings, Precision precision, double[][] seconds, double[][] peaks) {
        List<Figure> figures = new ArrayList<>();
        double flopsPerToken = settings.model().flopsPerToken(settings.model().contextLength());
        int tokens = settings.tokensPerStep();
        for (int v = 0; v < VARIANTS.size(); v++) {
            Samples speed = new Samples(seconds[v]).map(took -> tokens / took);
            Samples bound = new Samples(peaks[v]).map(peak -> peak / flopsPerToken);
            String name = VARIANTS.get(v).name() + ", " + precision.label();
            figures.add(
                    Figure.of("step", name, "tokens/s", speed)
                            .within(
                                    new Figure.Limit("matmul peak", bound.median()),
                                    speed.per(bound).median()));
        }
        Samples baseline = new Samples(seconds[0]);
        for (int v = 1; v < VARIANTS.size(); v++) {
            String name = VARIANTS.get(v).name() + " / baseline, " + precision.label();
            figures.add(Figure.of("step", name, "ratio", baseline.per(new Samples(seconds[v]))));
        }
        return figures;
    }
}
