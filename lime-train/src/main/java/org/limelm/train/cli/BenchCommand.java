package org.limelm.train.cli;

import ai.djl.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.limelm.annotate.linguistic.AnnotatorOptions;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.model.bench.StepBenchmark;
import org.limelm.model.decoder.ModelPresets;
import org.limelm.model.decoder.Recompute;
import org.limelm.model.torch.Devices;
import org.limelm.model.torch.Precision;
import org.limelm.model.torch.Threads;
import org.limelm.train.compare.TextTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lime bench}: the training step beside the machine's matmul peak. */
@Command(
        name = "bench",
        description = {
            "Times whole training steps (forward, backward, clipping, AdamW) and large matrix",
            "products in turn, and prints the share of the matmul peak that a step reaches."
        },
        footer = {"", "Examples:", "  lime bench", "  lime bench --preset tiny --steps 50 --json"})
final class BenchCommand implements Callable<Integer> {
    @Option(
            names = "--preset",
            defaultValue = "mini",
            paramLabel = "NAME",
            description = "The architecture (default: ${DEFAULT-VALUE}).")
    private String preset = "mini";

    @Option(
            names = "--batch",
            defaultValue = "16",
            paramLabel = "ROWS",
            description = "Rows per step (default: ${DEFAULT-VALUE}).")
    private int batchSize;

    @Option(
            names = "--steps",
            defaultValue = "20",
            paramLabel = "N",
            description = "Steps timed (default: ${DEFAULT-VALUE}).")
    private int steps;

    @Option(
            names = "--threads",
            defaultValue = "0",
            paramLabel = "N",
            description = "Threads; 0 = one per core (default: ${DEFAULT-VALUE}).")
    private int threads;

    @Option(
            names = "--device",
            defaultValue = "auto",
            paramLabel = "DEVICE",
            description = "auto, cpu, cuda or cuda:N (default: ${DEFAULT-VALUE}).")
    private String device = "auto";

    @Mixin private JsonOutput json = new JsonOutput();

    /** A measured arm. */
    record Line(String arm, StepBenchmark.Result result) {}

    @Override
    public Integer call() {
        Threads.use(threads);
        Device where = Devices.of(device);
        List<Line> lines = new ArrayList<>();
        for (Precision precision : Precision.values()) {
            lines.add(measure("baseline", MetadataSchema.EMPTY, precision, where));
            lines.add(measure("lime", AnnotatorOptions.defaults().schema(), precision, where));
        }
        System.out.print(
                TextTable.of(
                        List.of(
                                "arm",
                                "precision",
                                "threads",
                                "tokens/s",
                                "peak GFLOP/s",
                                "of peak",
                                "worst",
                                "best"),
                        lines.stream().map(BenchCommand::cells).toList()));
        json.print(System.out, lines);
        return 0;
    }

    private Line measure(String arm, MetadataSchema tables, Precision precision, Device where) {
        StepBenchmark.Setup setup =
                new StepBenchmark.Setup(
                        ModelPresets.of(preset),
                        tables,
                        precision,
                        Recompute.NONE,
                        batchSize,
                        steps);
        return new Line(arm, StepBenchmark.run(setup, where));
    }

    private static List<String> cells(Line line) {
        StepBenchmark.Result result = line.result();
        return List.of(
                line.arm(),
                result.precision().toString().toLowerCase(Locale.ROOT),
                Integer.toString(result.threads()),
                String.format(Locale.ROOT, "%,.0f", result.tokensPerSecond()),
                String.format(Locale.ROOT, "%,.0f", result.peakFlopsPerSecond() / 1e9),
                percent(result.ratio()),
                percent(result.lowestRatio()),
                percent(result.highestRatio()));
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }
}
