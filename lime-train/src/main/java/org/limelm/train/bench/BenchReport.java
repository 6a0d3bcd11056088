package org.limelm.train.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.limelm.core.LimeException;
import org.limelm.core.io.Json;
import org.limelm.model.decoder.ModelConfig;
import org.limelm.model.device.Threads;
import org.limelm.train.internal.measure.Processor;

/**
 * The figures of a run of {@code lime bench} and its environment.
 *
 * @param lime version of the library
 * @param java version of Java
 * @param os operating system and architecture
 * @param processors number of logical processors
 * @param processor model name of the processor; empty if the system does not report it
 * @param device device of the computation
 * @param threads threads of the tensor library
 * @param model architecture measured in {@code step}, {@code optimizer}, {@code decode} …
 * @param batchSize rows per step
 * @param figures the figures in the order of measurement
 */
public record BenchReport(
        String lime,
        String java,
        String os,
        int processors,
        String processor,
        String device,
        int threads,
        ModelConfig model,
        int batchSize,
        List<Figure> figures) {
    /** Copies the list. */
    public BenchReport {
        figures = List.copyOf(figures);
    }

    static BenchReport of(BenchSettings settings, List<Figure> figures) {
        return new BenchReport(
                Optional.ofNullable(BenchReport.class.getPackage().getImplementationVersion())
                        .orElse("development"),
                System.getProperty("java.version"),
                System.getProperty("os.name") + " " + System.getProperty("os.arch"),
                Runtime.getRuntime().availableProcessors(),
                Processor.name(),
                settings.device().toString(),
                Threads.inUse(),
                settings.model(),
                settings.batchSize(),
                figures);
    }

    /**
     * Reads a report written with {@code --save}.
     *
     * @throws LimeException if the file cannot be read or is not a report
     */
    public static BenchReport read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new LimeException(
                    "[%s] not a file, expected a report written with --save".formatted(file));
        }
        try {
            return Json.read(file, BenchReport.class);
        } catch (LimeException e) {
            throw new LimeException(
                    "[%s] not a report of this version of lime bench: %s"
                            .formatted(file, e.getMessage()),
                    e);
        }
    }

    /** Returns one table row per figure, with the columns of {@link #header}. */
    public List<List<String>> rows() {
        return figures.stream()
                .map(
                        figure ->
                                List.of(
                                        figure.section(),
                                        figure.name(),
                                        number(figure.value())
                                                + error(figure)
                                                + " "
                                                + figure.unit(),
                                        number(figure.lowest()) + " to " + number(figure.highest()),
                                        figure.limit()
                                                .map(l -> number(l.value()) + ", " + l.what())
                                                .orElse("-"),
                                        figure.ratio().isPresent() ? share(figure) : "-"))
                .toList();
    }

    /** Returns the header of {@link #rows}. */
    public static List<String> header() {
        return List.of("section", "measured", "median", "spread", "limit", "of it");
    }

    /**
     * Compares the figures of this report with those of the same name in an earlier report.
     *
     * @return rows with the columns section, name, before, now, now / before, spread before, spread
     *     now
     */
    public List<List<String>> comparedWith(BenchReport earlier) {
        List<List<String>> rows = new ArrayList<>();
        for (Figure now : figures) {
            earlier.find(now)
                    .ifPresent(
                            before ->
                                    rows.add(
                                            List.of(
                                                    now.section(),
                                                    now.name(),
                                                    number(before.value()) + " " + now.unit(),
                                                    number(now.value()),
                                                    String.format(
                                                            Locale.ROOT,
                                                            "%.3f",
                                                            now.value() / before.value()),
                                                    spread(before),
                                                    spread(now))));
        }
        return rows;
    }

    private Optional<Figure> find(Figure other) {
        return figures.stream()
                .filter(
                        figure ->
                                figure.section().equals(other.section())
                                        && figure.name().equals(other.name()))
                .findFirst();
    }

    /** Returns the differences that make two reports incomparable, one line each. */
    public List<String> differences(BenchReport other) {
        List<String> lines = new ArrayList<>();
        different(lines, "version", lime, other.lime);
        different(lines, "Java", java, other.java);
        different(lines, "system", os, other.os);
        different(lines, "processors", processors, other.processors);
        different(lines, "processor", processor, other.processor);
        different(lines, "device", device, other.device);
        different(lines, "threads", threads, other.threads);
        different(lines, "model", model, other.model);
        different(lines, "batch", batchSize, other.batchSize);
        return lines;
    }

    private static void different(List<String> lines, String what, Object now, Object before) {
        if (!now.equals(before)) {
            lines.add(String.format(Locale.ROOT, "%s: was %s, is %s", what, before, now));
        }
    }

    private static String error(Figure figure) {
        return figure.error() > 0 ? " ± " + number(figure.error()) : "";
    }

    private static String spread(Figure figure) {
        return number(figure.lowest()) + " to " + number(figure.highest());
    }

    /**
     * A share above 1 of a measured limit is no error of the figure: the limit was measured while
     * less was possible.
     */
    private static String share(Figure figure) {
        double share = figure.ratio().orElse(0.0);
        boolean tooLow = share > 1 && figure.limit().map(Figure.Limit::measured).orElse(false);
        String percent = String.format(Locale.ROOT, "%.1f %%", 100 * share);
        return tooLow ? percent + " (limit measured too low)" : percent;
    }

    private static String number(double value) {
        double size = Math.abs(value);
        if (size >= 1e9) {
            return String.format(Locale.ROOT, "%.3fe9", value / 1e9);
        }
        if (size >= 100) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        return String.format(Locale.ROOT, size >= 0.01 || size == 0 ? "%.4f" : "%.2e", value);
    }
}
