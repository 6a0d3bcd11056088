package org.limelm.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.limelm.core.config.SampleConfig.Model;
import org.limelm.core.config.SampleConfig.Precision;
import org.limelm.core.config.SampleConfig.SampleArm;
import org.limelm.core.config.SampleConfig.Schedule;
import org.limelm.core.config.SampleConfig.Stage;

class ConfigRoundTripTest {
    @Property(tries = 500)
    void writtenConfigsAreReadBackEqual(@ForAll("configs") SampleConfig config) {
        String yaml = ConfigLoader.toYaml(config);
        assertThat(ConfigLoader.parse(SampleConfig.class, yaml, "resolved.yaml", List.of()))
                .as(yaml)
                .isEqualTo(config);
    }

    @Provide
    Arbitrary<SampleConfig> configs() {
        Arbitrary<Double> doubles =
                Arbitraries.oneOf(
                        Arbitraries.doubles(),
                        Arbitraries.of(1e-300, 1e300, Double.MIN_VALUE, -0.0, 3e-4));
        Arbitrary<Model> models =
                Combinators.combine(
                                Arbitraries.integers().map(i -> i & ~1),
                                Arbitraries.of(true, false),
                                Arbitraries.of(Precision.class))
                        .as(Model::new);
        Arbitrary<Schedule> schedules =
                Arbitraries.oneOf(
                        doubles.map(Schedule.Constant::new),
                        Combinators.combine(doubles, Arbitraries.integers().greaterOrEqual(0))
                                .as(Schedule.WarmupCosine::new));
        Arbitrary<Stage> stages =
                Combinators.combine(Arbitraries.integers(), texts().optional()).as(Stage::new);
        return Combinators.combine(
                        Arbitraries.longs(),
                        texts().filter(text -> !text.isEmpty() && text.indexOf(0) < 0),
                        texts(),
                        Arbitraries.of(SampleArm.class).list().ofMaxSize(3),
                        models,
                        schedules,
                        Arbitraries.longs().between(-1L << 40, 1L << 40),
                        Combinators.combine(
                                        Arbitraries.maps(names(), doubles).ofMaxSize(3),
                                        stages.list().ofMaxSize(3))
                                .as(Rest::new))
                .as(
                        (seed, path, name, arms, model, schedule, millis, rest) ->
                                new SampleConfig(
                                        seed,
                                        Path.of(path),
                                        name,
                                        arms,
                                        model,
                                        schedule,
                                        Duration.ofMillis(millis),
                                        Optional.of(1.5).filter(x -> seed % 2 == 0),
                                        rest.mixture(),
                                        rest.stages()));
    }

    private record Rest(Map<String, Double> mixture, List<Stage> stages) {}

    private static Arbitrary<String> names() {
        return Arbitraries.oneOf(
                Arbitraries.of("null", "true", "1", "1e3", "-", "+", ".", "on", "x_1"),
                Arbitraries.strings().alpha().numeric().withChars("_.+-").ofMinLength(1));
    }

    /** Any text that UTF-8 can encode, especially text that YAML could misread. */
    private static Arbitrary<String> texts() {
        return Arbitraries.oneOf(
                Arbitraries.strings()
                        .ofMaxLength(8)
                        .filter(
                                text ->
                                        text.chars()
                                                .noneMatch(c -> Character.isSurrogate((char) c))),
                Arbitraries.of(
                        "null",
                        "~",
                        "Null",
                        "true",
                        "yes",
                        "on",
                        "1e3",
                        "0x10",
                        "1:30",
                        "2001-01-01",
                        "- a",
                        "a: b",
                        "# a",
                        "a #b",
                        "*a",
                        "&a",
                        "!a",
                        "!!int",
                        "---",
                        "...",
                        "",
                        " ",
                        " a ",
                        "a\nb",
                        "a\n",
                        "\n",
                        "\t",
                        "\r\n",
                        "\u0000",
                        "\u0085",
                        "\u2028",
                        "\ufeff",
                        "%",
                        "@",
                        "`",
                        "'",
                        "\"",
                        "\\",
                        "[",
                        "{",
                        ",",
                        "?",
                        "|",
                        ">",
                        "é😀",
                        "<<",
                        "="));
    }
}
