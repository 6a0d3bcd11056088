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
import org.limelm.train.measure.Processor;

/**
 * All figures of a run of {@code lime bench}, with what they were measured on.
 *
 * @param lime version of the library
 * @param java version of the virtual machine
 * @param os system and architecture
 * @param processors logical processors
 * @param processor what the system calls them; empty where it does not tell
 * @param device that computed
 * @param threads of the tensor library
 * @param model architecture of {@code step}, {@code optimizer}, {@code decode} …
 * @param batchSize rows of a step
 * @param figures in the order in which they were measured
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
     * Reads a report that {@code --save} wrote.
     *
     * @throws LimeException if the file cannot be read, or is something else
     */
    public static BenchReport read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new LimeException(
                    "[%s] is no file, expected one that --save wrote".formatted(file));
        }
        try {
            return Json.read(file, BenchReport.class);
        } catch (LimeException e) {
            throw new LimeException(
                    "[%s] is not what a lime bench of this version writes with --save: %s"
                            .formatted(file, e.getMessage()),
                    e);
        }
    }

    /** Returns one row of cells per figure, under {@link #header}. */
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
                                        figure.ratio().map(BenchReport::percent).orElse("-")))
                .toList();
    }

    /** Returns the header of {@link #rows}. */
    public static List<String> header() {
        return List.of("section", "measured", "median", "spread", "limit", "of it");
    }

    /**
     * Compares with an earlier report, figure by figure of the same name.
     *
     * @return rows of: section, name, before, now, now / before, spread before, spread now
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

    private Optional<Figure> find(Figure wanted) {
        return figures.stream()
                .filter(
                        figure ->
                                figure.section().equals(wanted.section())
                                        && figure.name().equals(wanted.name()))
                .findFirst();
    }

    /** Returns what keeps the figures of two reports from being comparable, one line each. */
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

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
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
