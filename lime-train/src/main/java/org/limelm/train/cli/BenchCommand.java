package org.limelm.train.cli;

import ai.djl.Device;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.limelm.core.ConfigException;
import org.limelm.core.config.ConfigLoader;
import org.limelm.core.io.Json;
import org.limelm.model.decoder.ModelConfig;
import org.limelm.model.decoder.ModelPresets;
import org.limelm.model.decoder.Recompute;
import org.limelm.model.device.Devices;
import org.limelm.model.device.GpuMath;
import org.limelm.model.device.Threads;
import org.limelm.train.bench.Bench;
import org.limelm.train.bench.BenchReport;
import org.limelm.train.bench.BenchSettings;
import org.limelm.train.internal.table.TextTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lime bench}: measures speed and compares it with the limits of the machine. */
@Command(
        name = "bench",
        description = {
            "Measures the speed of every stage against the limits of the machine.",
            "The limits, the throughput of large matrix products and the memory bandwidth, are"
                    + " measured in the same run. Architecture keys override those of the preset.",
            "",
            "Sections: check, annotation, loader, step, optimizer and decode run by default. scale"
                    + " and generate run only if selected with --only; they measure training steps"
                    + " or generation of a large model, and compare its memory with the plan."
        },
        footer = {
            "",
            "Examples:",
            "  lime bench --steps 5",
            "  lime bench --only step,decode --preset tiny --save before.json",
            "  lime bench --only step,decode --preset tiny --compare before.json",
            "  lime bench --only step --batch 4 hiddenSize=1024 numHeads=16 headDim=64 \\",
            "      ffnSize=2816",
            "  lime bench --only scale --preset lime-500m --batch 1 --steps 5 \\",
            "      contextLength=512",
            "  lime bench --only generate --preset lime-2b --batch 1 --steps 8 \\",
            "      contextLength=512",
            "  lime bench --device cuda",
            "  lime bench --device cuda --only check --deterministic"
        })
final class BenchCommand implements Callable<Integer> {
    @Parameters(
            arity = "0..*",
            paramLabel = "key=value",
            description = "Architecture keys to override, such as contextLength=512.")
    private List<String> overrides = List.of();

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "SECTION",
            description = "Comma-separated sections to measure.")
    private List<String> only = List.of();

    @Option(
            names = "--preset",
            defaultValue = "mini",
            paramLabel = "NAME",
            description = "Architecture preset (default: ${DEFAULT-VALUE}).")
    private String preset = "mini";

    @Option(
            names = "--batch",
            defaultValue = "16",
            paramLabel = "ROWS",
            description = "Rows per step (default: ${DEFAULT-VALUE}).")
    private int batchSize;

    @Option(
            names = "--steps",
            defaultValue = "10",
            paramLabel = "N",
            description = "Samples per measurement (default: ${DEFAULT-VALUE}).")
    private int steps;

    @Option(
            names = "--recompute",
            defaultValue = "none",
            paramLabel = "LAYERS",
            description =
                    "Layers to recompute in section scale: none, all or n"
                            + " (default: ${DEFAULT-VALUE}).")
    private String recompute = "none";

    @Option(
            names = "--document-tokens",
            defaultValue = "0",
            paramLabel = "N",
            description =
                    "Limit attention in training steps to documents of N tokens; 0 means whole rows"
                            + " (default: ${DEFAULT-VALUE}).")
    private int documentTokens;

    @Option(
            names = "--deterministic",
            description =
                    "On a GPU, use only algorithms that give equal bits; section check then also"
                            + " compares equal passes.")
    private boolean deterministic;

    @Option(
            names = "--threads",
            defaultValue = "0",
            paramLabel = "N",
            description = "Threads; 0 means one per core (default: ${DEFAULT-VALUE}).")
    private int threads;

    @Option(
            names = "--device",
            defaultValue = "auto",
            paramLabel = "DEVICE",
            description = "Device: auto, cpu, cuda or cuda:N (default: ${DEFAULT-VALUE}).")
    private String device = "auto";

    @Option(
            names = "--save",
            paramLabel = "FILE",
            description = "Also write the results to a file.")
    private @Nullable Path save;

    @Option(
            names = "--compare",
            paramLabel = "FILE",
            description = "Compare with results written by --save.")
    private @Nullable Path compare;

    @Mixin private JsonOutput json = new JsonOutput();

    @Override
    public Integer call() {
        Optional<BenchReport> earlier = Optional.ofNullable(compare).map(BenchReport::read);
        if (save != null && !Files.isDirectory(save.toAbsolutePath().resolveSibling(""))) {
            throw new ConfigException(
                    "[--save] the folder of " + save + " does not exist. Hint: create it first");
        }
        Set<Bench.Section> sections =
                only.isEmpty()
                        ? Bench.Section.usual()
                        : only.stream().map(Bench.Section::of).collect(Collectors.toSet());
        Threads.use(threads);
        Device on = Devices.of(device);
        new GpuMath(deterministic, false).use(on);
        BenchSettings settings =
                new BenchSettings(
                        model(), on, batchSize, steps, Recompute.parse(recompute), documentTokens);
        BenchReport report =
                Bench.run(sections, settings, what -> Progress.err().println("  " + what));
        System.out.print(TextTable.of(BenchReport.header(), report.rows()));
        if (save != null) {
            Json.write(save, report);
        }
        earlier.ifPresent(before -> printComparison(report, before));
        json.print(report);
        return 0;
    }

    private ModelConfig model() {
        String yaml = ConfigLoader.toYaml(ModelPresets.of(preset));
        return ConfigLoader.parse(ModelConfig.class, yaml, "preset " + preset, overrides);
    }

    private static void printComparison(BenchReport now, BenchReport before) {
        now.differences(before)
                .forEach(line -> Progress.err().println("warning: runs differ in " + line));
        List<List<String>> rows = now.comparedWith(before);
        if (rows.isEmpty()) {
            Progress.err().println("warning: the two runs have no measurement in common");
            return;
        }
        System.out.println();
        System.out.print(
                TextTable.of(
                        List.of(
                                "section",
                                "measured",
                                "before",
                                "now",
                                "now / before",
                                "spread before",
                                "spread now"),
                        rows));
    }
}
