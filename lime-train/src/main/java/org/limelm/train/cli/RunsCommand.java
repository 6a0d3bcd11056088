package org.limelm.train.cli;

import java.nio.file.Path;
import java.util.List;
import org.limelm.core.LimeException;
import org.limelm.core.io.AtomicFile;
import org.limelm.train.internal.table.TextTable;
import org.limelm.train.overview.ConfigDifference;
import org.limelm.train.overview.RunCurves;
import org.limelm.train.overview.RunDetails;
import org.limelm.train.overview.RunFinder;
import org.limelm.train.overview.RunSummary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lime runs}: shows run folders side by side. */
@Command(
        name = "runs",
        description = "Lists runs, shows one, compares two configurations, plots curves.",
        subcommands = {
            RunsCommand.ListRuns.class,
            RunsCommand.Show.class,
            RunsCommand.Diff.class,
            RunsCommand.Plot.class
        },
        synopsisSubcommandLabel = "(list | show | diff | plot)")
final class RunsCommand {
    private RunsCommand() {}

    private static List<Path> find(List<Path> folders) {
        return RunFinder.below(folders, warning -> Progress.err().println("warning: " + warning));
    }

    /** {@code lime runs list}. */
    @Command(
            name = "list",
            description = {
                "Lists the runs below folders: arm, steps, loss, speed and state.",
                "A run is finished, running, stopped or damaged; damaged ones are listed with the"
                        + " reason."
            },
            footer = {"", "Examples:", "  lime runs list", "  lime runs list runs/study --json"})
    static final class ListRuns implements Runnable {
        @Parameters(
                arity = "0..*",
                paramLabel = "FOLDER",
                description = "Folders to search (default: runs).")
        private List<Path> folders = List.of(Path.of("runs"));

        @Mixin private JsonOutput json = new JsonOutput();

        @Override
        public void run() {
            List<RunSummary> runs = find(folders).stream().map(RunSummary::of).toList();
            System.out.print(
                    TextTable.of(RunSummary.HEADER, runs.stream().map(RunSummary::cells).toList()));
            for (RunSummary run : runs) {
                run.problems()
                        .forEach(
                                problem ->
                                        System.err.println(
                                                "damaged: " + run.folder() + ": " + problem));
            }
            json.print(runs);
        }
    }

    /** {@code lime runs show}. */
    @Command(
            name = "show",
            description = {
                "Shows a run: the keys that differ from the defaults, data, machine and figures."
            },
            footer = {
                "",
                "Examples:",
                "  lime runs show runs/first",
                "  lime runs show runs/first --json"
            })
    static final class Show implements Runnable {
        @Parameters(index = "0", paramLabel = "RUN", description = "Folder of a run.")
        private Path run = Path.of("run");

        @Mixin private JsonOutput json = new JsonOutput();

        @Override
        public void run() {
            if (!find(List.of(run)).equals(List.of(run))) {
                throw new LimeException(
                        "[%s] not the folder of a run. Hint: `lime runs list %s` lists the runs below it"
                                .formatted(run, run));
            }
            RunDetails details = RunDetails.of(run);
            System.out.print(details.toText());
            json.print(details);
        }
    }

    /** {@code lime runs diff}. */
    @Command(
            name = "diff",
            description = {
                "Shows where the configurations of two runs differ, side by side.",
                "Each is the folder of a run, or a configuration file."
            },
            footer = {
                "",
                "Examples:",
                "  lime runs diff runs/first runs/baseline",
                "  lime runs diff runs/first configs/mini.yaml --all"
            })
    static final class Diff implements Runnable {
        @Parameters(index = "0", paramLabel = "A", description = "A run or a configuration.")
        private Path first = Path.of("a");

        @Parameters(index = "1", paramLabel = "B", description = "A run or a configuration.")
        private Path second = Path.of("b");

        @Option(names = "--all", description = "Show all keys, not only those that differ.")
        private boolean all;

        @Mixin private JsonOutput json = new JsonOutput();

        @Override
        public void run() {
            ConfigDifference compared = ConfigDifference.between(first, second);
            ConfigDifference shown = all ? compared : compared.different();
            System.out.print(TextTable.ofWords(shown.header(), shown.rows()));
            json.print(shown);
        }
    }

    /** {@code lime runs plot}. */
    @Command(
            name = "plot",
            description = {
                "Plots losses, bits per byte and accuracy of several runs on one HTML page.",
                "The page needs no other file and no network."
            },
            footer = {
                "",
                "Examples:",
                "  lime runs plot runs/first runs/baseline --out curves.html",
                "  lime runs plot runs/study --out study.html"
            })
    static final class Plot implements Runnable {
        @Parameters(
                arity = "1..*",
                paramLabel = "FOLDER",
                description = "Runs, or folders that contain runs.")
        private List<Path> folders = List.of();

        @Option(
                names = "--out",
                required = true,
                paramLabel = "FILE",
                description = "The HTML page to write.")
        private Path out = Path.of("curves.html");

        @Override
        public void run() {
            List<Path> runs = find(folders);
            AtomicFile.writeString(out, RunCurves.of(runs).toHtml());
            System.out.println("Wrote " + out);
        }
    }
}
