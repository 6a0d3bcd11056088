package org.limelm.train.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.core.ConfigException;
import org.limelm.core.LimeException;
import org.limelm.core.io.Json;
import org.limelm.model.decoder.ModelConfig;
import org.limelm.model.decoder.Recompute;
import org.limelm.train.TestCorpus;

class BenchTest {
    private static final ModelConfig MODEL = TestCorpus.model();
    private static final BenchSettings SMALL =
            new BenchSettings(MODEL, Device.cpu(), 2, 2, Recompute.NONE);

    private static List<Figure> measure(Bench.Section section) {
        List<String> progress = new ArrayList<>();
        BenchReport report = Bench.run(Set.of(section), SMALL, progress::add);
        assertThat(progress).isNotEmpty();
        assertThat(report.rows()).hasSameSizeAs(report.figures());
        assertThat(report.figures())
                .isNotEmpty()
                .allSatisfy(
                        figure -> {
                            assertThat(figure.section()).isEqualTo(section.label());
                            assertThat(figure.lowest()).isLessThanOrEqualTo(figure.value());
                            assertThat(figure.highest()).isGreaterThanOrEqualTo(figure.value());
                            assertThat(figure.ratio().isPresent())
                                    .isEqualTo(figure.limit().isPresent());
                        });
        return report.figures();
    }

    private static Figure named(List<Figure> figures, String name) {
        return figures.stream().filter(f -> f.name().equals(name)).findFirst().orElseThrow();
    }

    @Test
    void stepSectionComparesAllArmsWithThePeakAndTheBaseline() {
        List<Figure> figures = measure(Bench.Section.STEP);
        assertThat(named(figures, "baseline, f32").limit()).isPresent();
        assertThat(named(figures, "lime / baseline, bf16").value()).isPositive();
        assertThat(named(figures, "lime+1 / baseline, f32").unit()).isEqualTo("ratio");
        assertThat(named(figures, "lime, recompute all, bf16").value()).isPositive();
    }

    @Test
    void loaderIsMeasuredAloneAndInTraining() {
        List<Figure> figures = measure(Bench.Section.LOADER);
        assertThat(named(figures, "one thread, two tag columns").value()).isPositive();
        assertThat(figures.get(1).value()).isBetween(0.0, 1.0);
    }

    @Test
    void optimizerAndDecodingAreComparedWithTheBandwidth() {
        assertThat(
                        named(measure(Bench.Section.OPTIMIZER), "clip + AdamW, f32")
                                .limit()
                                .orElseThrow()
                                .what())
                .isEqualTo("memory bandwidth");
        assertThat(measure(Bench.Section.DECODE)).hasSize(4);
    }

    @Test
    void cpuGradientsAreEqualInFloat32AndCloseInBfloat16() {
        List<Figure> figures = measure(Bench.Section.CHECK);
        assertThat(figures)
                .filteredOn(figure -> figure.name().endsWith(", f32"))
                .filteredOn(figure -> !figure.name().startsWith("equal bits"))
                .hasSize(6)
                .allSatisfy(figure -> assertThat(figure.value()).isLessThan(1e-6));
        assertThat(figures)
                .filteredOn(figure -> figure.name().endsWith(", bf16"))
                .filteredOn(figure -> !figure.name().startsWith("equal bits"))
                .hasSize(6)
                .allSatisfy(figure -> assertThat(figure.value()).isBetween(1e-4, 5e-2));
        assertThat(figures)
                .filteredOn(figure -> figure.name().endsWith("three steps"))
                .hasSize(4)
                .allSatisfy(figure -> assertThat(figure.value()).isLessThan(1e-6));
        assertThat(figures)
                .filteredOn(
                        figure ->
                                figure.name().startsWith("equal bits")
                                        || figure.name().equals("checkpoint and resume"))
                .hasSize(6)
                .allSatisfy(figure -> assertThat(figure.value()).isZero());
    }

    @Test
    void allWrongChecksAreListed() {
        DeviceCheck differs = new RepeatCheck("differs", new CountingComputation());
        DeviceCheck fails =
                new RepeatCheck(
                        "fails",
                        device -> {
                            throw new LimeException("[step 4] no model was written");
                        });
        assertThatThrownBy(() -> CheckSection.compare(List.of(fails, differs), Device.cpu()))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("2 of 2 results on cpu()")
                .hasMessageContaining("fails: [step 4] no model was written")
                .hasMessageContaining("differs: 5.00e-01, expected at most 0e+00");
    }

    /** Returns another number at every call. */
    private static final class CountingComputation implements Function<Device, float[]> {
        private int calls;

        @Override
        public float[] apply(Device device) {
            calls++;
            return new float[] {calls};
        }
    }

    @Test
    void unknownSectionIsRejectedWithAListOfKnownOnes() {
        assertThatThrownBy(() -> Bench.Section.of("speed"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("step, optimizer, decode");
    }

    @Test
    void aShareAboveOneIsMarkedBecauseItsLimitWasMeasuredTooLow() {
        Figure figure = Figure.of("step", "a", "tokens/s", new Samples(104));
        Figure.Limit limit = new Figure.Limit("matmul peak", 100);
        BenchReport report =
                report(
                        figure.within(limit, 1.04),
                        figure.within(limit, 1),
                        figure.within(limit, 0.5));
        assertThat(report.rows())
                .extracting(row -> row.get(row.size() - 1))
                .containsExactly("104.0 % (limit measured too low)", "100.0 %", "50.0 %");
    }

    @Test
    void savedReportIsReadBackAndComparedByName(@TempDir Path folder) {
        BenchReport before =
                report(
                        new Figure(
                                "step",
                                "a",
                                "tokens/s",
                                100,
                                90,
                                110,
                                5,
                                Optional.empty(),
                                Optional.empty()));
        BenchReport now =
                report(
                        Figure.of("step", "b", "tokens/s", new Samples(1)),
                        Figure.of("step", "a", "tokens/s", new Samples(140, 150, 160))
                                .within(new Figure.Limit("peak", 300), 0.5));
        Path file = folder.resolve("bench.json");
        Json.write(file, now);
        assertThat(BenchReport.read(file)).isEqualTo(now);
        assertThat(now.comparedWith(before))
                .containsExactly(
                        List.of(
                                "step",
                                "a",
                                "100 tokens/s",
                                "150",
                                "1.500",
                                "90.0000 to 110",
                                "140 to 160"));
        assertThat(now.differences(before)).isEmpty();
        BenchReport otherVersion =
                new BenchReport("9", "17", "os", 2, "cpu", "cpu()", 1, MODEL, 2, List.of());
        assertThat(now.differences(otherVersion)).containsExactly("version: was 9, is 1");
    }

    private static BenchReport report(Figure... figures) {
        return new BenchReport("1", "17", "os", 2, "cpu", "cpu()", 1, MODEL, 2, List.of(figures));
    }

    @Test
    void medianOfAnEvenNumberIsTheMeanOfTheMiddleValues() {
        assertThat(new Samples(4, 1, 3, 2).median()).isEqualTo(2.5, within(1e-12));
        assertThat(new Samples(3, 1, 2).median()).isEqualTo(2);
        assertThat(new Samples(2, 6).per(new Samples(1, 2)).median()).isEqualTo(2.5);
    }
}
