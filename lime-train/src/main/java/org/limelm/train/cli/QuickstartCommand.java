package org.limelm.train.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.limelm.train.compare.Comparison;
import org.limelm.train.compare.ComparisonTables;
import org.limelm.train.compare.Quickstart;
import org.limelm.train.loop.StopSignal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lime quickstart}: runs the whole pipeline on the bundled sample. */
@Command(
        name = "quickstart",
        description = {
            "Runs the whole pipeline on a bundled sample and writes a report.",
            "Annotates the sample, trains baseline, lime/full, lime/causal and lime+1 on the same"
                    + " tokens, evaluates each and generates text with lime/causal and lime+1, which"
                    + " predicts its own tags. Takes minutes on two cores. To resume a stopped run,"
                    + " repeat the command."
        },
        footer = {
            "",
            "Examples:",
            "  lime quickstart",
            "  lime quickstart --out runs/longer training.steps=1000"
        })
final class QuickstartCommand implements Callable<Integer> {
    @Option(
            names = "--out",
            defaultValue = "runs/quickstart",
            paramLabel = "FOLDER",
            description = "Output folder (default: ${DEFAULT-VALUE}).")
    private Path out = Path.of("runs/quickstart");

    @Parameters(
            arity = "0..*",
            paramLabel = "key=value",
            description = "Keys of configs/quickstart.yaml to override.")
    private List<String> overrides = List.of();

    @Mixin private JsonOutput json = new JsonOutput();

    @Override
    public Integer call() {
        long startNanos = System.nanoTime();
        Quickstart quickstart;
        Comparison comparison;
        try (PreparationDisplay display = new PreparationDisplay();
                StopSignal stop = StopSignal.onTermination(Duration.ofMinutes(10))) {
            quickstart = new Quickstart(out, overrides, display, ComparisonLog.start());
            comparison = quickstart.compare(stop);
        }
        Quickstart.Report report = quickstart.report(comparison);

        System.out.println();
        System.out.print(new ComparisonTables(comparison).results().toText());
        System.out.println();
        report.samples()
                .forEach(
                        (caption, sample) ->
                                System.out.println(
                                        String.format(
                                                Locale.ROOT,
                                                "%s: %s%s%n",
                                                caption,
                                                sample.prompt(),
                                                sample.continuation())));
        System.out.printf(
                Locale.ROOT,
                "Report: %s (%d s)%n",
                report.page().toAbsolutePath(),
                (System.nanoTime() - startNanos) / 1_000_000_000);
        json.print(comparison);
        return 0;
    }
}
