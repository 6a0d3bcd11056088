package org.limelm.train.bench;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.limelm.core.ConfigException;

/** Runs benchmark sections one after the other. */
public final class Bench {
    private Bench() {}

    /** A benchmark. */
    public enum Section {
        /** Correctness of the device's kernels, compared with the CPU. */
        CHECK(new CheckSection(), true),
        /** Annotation: from text to shards. */
        ANNOTATION(new AnnotationSection(Integer.MAX_VALUE), true),
        /** Data loading: from shards to batches. */
        LOADER(new LoaderSection(), true),
        /** Training steps of all arms. */
        STEP(new StepSection(), true),
        /** Clipping and the optimizer's update. */
        OPTIMIZER(new OptimizerSection(), true),
        /** Decoding token by token with a cache. */
        DECODE(new DecodeSection(), true),
        /** Bits per byte after a fixed number of tokens. */
        LEARNING(new LearningSection(), false),
        /** Training steps and memory of a large model. */
        SCALE(new ScaleSection(), false),
        /** Generation and memory of a large model. */
        GENERATE(new GenerationScaleSection(), false);

        private final BenchSection measurement;
        private final boolean byDefault;

        Section(BenchSection measurement, boolean byDefault) {
            this.measurement = measurement;
            this.byDefault = byDefault;
        }

        /** Returns the name on the command line. */
        @JsonValue
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        /**
         * Returns the section with the given name.
         *
         * @throws ConfigException if there is none; the message lists all sections
         */
        public static Section of(String label) {
            return Arrays.stream(values())
                    .filter(section -> section.label().equals(label))
                    .findFirst()
                    .orElseThrow(
                            () ->
                                    new ConfigException(
                                            "[bench] unknown section '%s', expected one of %s"
                                                    .formatted(label, labels())));
        }

        private static String labels() {
            return Arrays.stream(values()).map(Section::label).collect(Collectors.joining(", "));
        }

        /** Returns the sections that run by default. */
        public static Set<Section> usual() {
            return Arrays.stream(values())
                    .filter(section -> section.byDefault)
                    .collect(Collectors.toUnmodifiableSet());
        }
    }

    /**
     * Runs the given sections in the order of {@link Section}.
     *
     * @param progress receives a description of each measurement as it starts
     */
    public static BenchReport run(
            Set<Section> sections, BenchSettings settings, Consumer<String> progress) {
        List<Figure> figures = new ArrayList<>();
        for (Section section : Section.values()) {
            if (sections.contains(section)) {
                figures.addAll(section.measurement.run(settings, progress));
            }
        }
        return BenchReport.of(settings, figures);
    }
}
