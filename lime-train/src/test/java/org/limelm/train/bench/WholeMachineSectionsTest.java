package org.limelm.train.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.limelm.model.decoder.Recompute;
import org.limelm.train.TestCorpus;

/**
 * The sections annotation, scale and generate, on two documents and a model of two small layers.
 */
class WholeMachineSectionsTest {
    private static final BenchSettings SMALL =
            new BenchSettings(TestCorpus.model(), Device.cpu(), 2, 3, Recompute.NONE);

    private static Figure named(List<Figure> figures, String name) {
        return figures.stream()
                .filter(figure -> figure.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " is not among " + figures));
    }

    @Test
    void annotationIsMeasuredInBothModesWithItsCostAndStages() {
        List<Figure> figures = new AnnotationSection(2).run(SMALL, what -> {});
        assertThat(named(figures, "full, threads 1").value()).isPositive();
        assertThat(named(figures, "causal, threads 1, cost").value()).isPositive();
        for (String mode : List.of("full", "causal")) {
            assertThat(
                            figures.stream()
                                    .filter(figure -> figure.name().startsWith(mode + ", stage"))
                                    .filter(figure -> figure.unit().equals("% of CPU time"))
                                    .mapToDouble(Figure::value)
                                    .sum())
                    .isCloseTo(100, within(1e-6));
            assertThat(named(figures, mode + ", stage tags, speed").value())
                    .isGreaterThan(named(figures, mode + ", all stages").value());
        }
    }

    @Test
    void scaleSectionShowsAFallingLossAndComparesMemoryWithThePlan() {
        List<Figure> figures = new ScaleSection().run(SMALL, what -> {});
        assertThat(named(figures, "loss, last step").value())
                .isLessThan(named(figures, "loss, first step").value());
        assertThat(named(figures, "peak memory").limit().orElseThrow().what())
                .isEqualTo("lime plan");
    }

    @Test
    void scaleSectionLimitsAttentionToDocuments() {
        BenchSettings documents =
                new BenchSettings(TestCorpus.model(), Device.cpu(), 2, 1, Recompute.NONE, 5);
        List<Figure> figures = new ScaleSection().run(documents, what -> {});
        assertThat(named(figures, "lime, bf16, documents of 5 tokens").value()).isPositive();
        assertThat(named(figures, "loss, first step").value())
                .isNotEqualTo(
                        named(new ScaleSection().run(SMALL, what -> {}), "loss, first step")
                                .value());
    }

    @Test
    void generateSectionMeasuresTimeAndMemory() {
        List<Figure> figures = new GenerationScaleSection().run(SMALL, what -> {});
        assertThat(named(figures, "prompt and 3 tokens").value()).isPositive();
        assertThat(named(figures, "peak memory").ratio()).isPresent();
    }

    @Test
    void errorOfTheMedianShrinksWithTheSquareRootOfTheSamples() {
        Samples few = new Samples(IntStream.range(0, 101).asDoubleStream().toArray());
        Samples many =
                new Samples(IntStream.range(0, 10_001).mapToDouble(i -> i / 100.0).toArray());
        assertThat(few.median()).isEqualTo(50);
        assertThat(few.error()).isCloseTo(1.57 * 50 / Math.sqrt(101), within(1e-9));
        assertThat(few.error() / many.error()).isCloseTo(9.95, within(0.01));
        assertThat(new Samples(7).error()).isZero();
    }
}
