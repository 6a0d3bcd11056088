package org.limelm.train.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.limelm.model.device.Devices;
import org.limelm.train.compare.ArmComparison;
import org.limelm.train.compare.Comparison;
import org.limelm.train.compare.ComparisonReport;
import org.limelm.train.compare.ComparisonTables;
import org.limelm.train.config.ComparisonConfig;
import org.limelm.train.loop.StopSignal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code lime compare}: trains and evaluates arms with several seeds and writes a report. */
@Command(
        name = "compare",
        description = {
            "Trains and evaluates arms with several seeds on the same data and writes a report.",
            "The configuration has the keys of a run and the key compare (docs/comparing.md)."
                    + " SIGINT and SIGTERM end it after a checkpoint; to resume, repeat the"
                    + " command."
        },
        footer = {
            "",
            "Examples:",
            "  lime compare configs/compare-quick.yaml",
            "  lime compare configs/compare-study.yaml data.corpus=corpus.jsonl \\",
            "      run.folder=runs/study 'compare.seeds=[1, 2, 3]'"
        })
final class CompareCommand implements Callable<Integer> {
    private static final Duration STOP_TIMEOUT = Duration.ofMinutes(10);

    @Mixin private ConfigArguments config = new ConfigArguments();

    @Mixin private JsonOutput json = new JsonOutput();

    @Override
    public Integer call() {
        ComparisonConfig requested = config.load(ComparisonConfig.class);
        Devices.of(requested.run().training().device()); // fail before preparation
        ArmComparison comparison;
        Comparison figures;
        try (PreparationDisplay display = new PreparationDisplay();
                StopSignal stop = StopSignal.onTermination(STOP_TIMEOUT)) {
            comparison = new ArmComparison(requested, display, ComparisonLog.start());
            figures = comparison.run(stop);
        }
        Path page = new ComparisonReport(figures, comparison.samples()).write(comparison.folder());
        ComparisonTables tables = new ComparisonTables(figures);
        System.out.println();
        System.out.print(tables.results().toText());
        if (figures.arms().size() > 1) {
            System.out.println();
            System.out.println(tables.differences().note());
            System.out.print(tables.differences().toText());
        }
        System.out.println();
        System.out.println("Report: " + page.toAbsolutePath());
        json.print(figures);
        return 0;
    }
}
