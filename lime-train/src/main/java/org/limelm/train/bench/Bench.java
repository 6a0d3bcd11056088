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

/** Measures what is asked for, one section after the other. */
public final class Bench {
    private Bench() {}

    /** What can be measured. */
    public enum Section {
        /** Kernels against those of the CPU. */
        CHECK(new CheckSection(), true),
        /** Text to shards. */
        ANNOTATION(new AnnotationSection(Integer.MAX_VALUE), true),
        /** Shards to batches. */
        LOADER(new LoaderSection(), true),
        /** Training steps, arm beside arm. */
        STEP(new StepSection(), true),
        /** Clipping and AdamW. */
        OPTIMIZER(new OptimizerSection(), true),
        /** Token by token from a cache. */
        DECODE(new DecodeSection(), true),
        /** Bits per byte after a fixed number of tokens. */
        LEARNING(new LearningSection(), false),
        /** Training steps of a large model, with its memory. */
        SCALE(new ScaleSection(), false),
        /** Generation by a large model, with its memory. */
        GENERATE(new GenerationScaleSection(), false);

        private final BenchSection measurement;
        private final boolean usual;

        Section(BenchSection measurement, boolean usual) {
            this.measurement = measurement;
            this.usual = usual;
        }

        /** Returns the name on the command line. */
        @JsonValue
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        /**
         * Returns the section of a name.
         *
         * @throws ConfigException naming all if there is none
         */
        public static Section of(String label) {
            return Arrays.stream(values())
                    .filter(section -> section.label().equals(label))
                    .findFirst()
                    .orElseThrow(
                            () ->
                                    new ConfigException(
                                            "[bench] no section '%s', expected some of %s"
                                                    .formatted(label, labels())));
        }

        private static String labels() {
            return Arrays.stream(values()).map(Section::label).collect(Collectors.joining(", "));
        }

        /** Returns what is measured when nothing is asked for. */
        public static Set<Section> usual() {
            return Arrays.stream(values())
                    .filter(section -> section.usual)
                    .collect(Collectors.toUnmodifiableSet());
        }
    }

    /**
     * Measures, in the order of the sections.
     *
     * @param progress hears what is being measured
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
