package org.limelm.train.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.limelm.core.io.Json;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The {@code lime} command line. */
@Command(
        name = "lime",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        usageHelpAutoWidth = true,
        sortOptions = false,
        description = "Pre-trains language models with linguistic metadata embeddings.",
        subcommands = {
            QuickstartCommand.class,
            TokenizerCommand.class,
            AnnotatorCommand.class,
            AnnotateCommand.class,
            InspectCommand.class,
            ShardsCommand.class,
            TrainCommand.class,
            CompareCommand.class,
            EvalCommand.class,
            ScoreCommand.class,
            GenerateCommand.class,
            ServeCommand.class,
            ExportCommand.class,
            ImportCommand.class,
            RunsCommand.class,
            PlanCommand.class,
            BenchCommand.class,
            ConfigCommand.class,
            DoctorCommand.class,
            CompletionCommand.class
        },
        footer = {
            "",
            "Exit status: 0 on success, 1 on failure, also if the output cannot be written, 2 for",
            "wrong usage or configuration, 130 or 143 after a checkpoint on SIGINT or SIGTERM.",
            "",
            "To get started, run: lime quickstart",
            "For help on a command, run: lime COMMAND --help"
        })
public final class Lime {
    static final int FAILED = 1;
    static final int WRONG_USAGE = 2;

    @Option(
            names = {"-q", "--quiet"},
            scope = ScopeType.INHERIT,
            description = "Print results and errors only: no progress, notes or warnings.")
    private boolean quiet;

    @Option(
            names = {"-v", "--verbose"},
            scope = ScopeType.INHERIT,
            description = {
                "Print stack traces of errors, the log of the libraries, versions, and the time that",
                "the command took."
            })
    private boolean verbose;

    private final PrintStream out = System.out;
    private boolean jsonPrinted;

    private Lime() {}

    /** Runs a command and exits with its status. */
    public static void main(String[] args) {
        Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT); // same number format everywhere
        prepareProcess(args);
        System.exit(run(args));
    }

    /**
     * Runs a command in this process.
     *
     * @param args the command and its options
     * @return the exit status
     */
    public static int run(String... args) {
        Lime lime = new Lime();
        boolean json = List.of(args).contains(JsonOutput.NAME);
        if (json) {
            System.setOut(System.err); // standard output holds the JSON document only
        }
        try {
            long startNanos = System.nanoTime();
            return lime.printSummary(lime.execute(args, json), startNanos);
        } finally {
            System.clearProperty(Progress.QUIET);
            System.setOut(lime.out);
        }
    }

    private int execute(String[] args, boolean json) {
        CommandLine line = new CommandLine(this);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionStrategy(this::executeLeaf);
        line.setExecutionExceptionHandler(
                (error, command, parsed) -> report(error, command.getErr(), json));
        CommandLine.IParameterExceptionHandler usage = line.getParameterExceptionHandler();
        line.setParameterExceptionHandler(
                (error, parsed) -> {
                    if (json) {
                        printJson(
                                ErrorReport.Document.of(
                                        String.valueOf(error.getMessage()), WRONG_USAGE));
                    }
                    return usage.handleParseException(error, parsed);
                });
        try {
            int status = line.execute(isUnknownCommand(line, args) ? new String[] {args[0]} : args);
            return status == 0 && out.checkError()
                    ? report(StandardOutput.failure(), line.getErr(), false)
                    : status;
        } catch (Error e) { // memory, natives, recursion: one message instead of a trace
            return report(e, line.getErr(), json);
        }
    }

    /** Runs the command that was parsed, as quiet or verbose as was asked. */
    private int executeLeaf(CommandLine.ParseResult parsed) {
        if (quiet && verbose) {
            throw new CommandLine.ParameterException(
                    parsed.commandSpec().commandLine(), "--quiet and --verbose exclude each other");
        }
        if (quiet) {
            System.setProperty(Progress.QUIET, "true");
        }
        return new CommandLine.RunLast().execute(parsed);
    }

    private int printSummary(int status, long startNanos) {
        if (verbose) {
            System.err.printf(
                    Locale.ROOT,
                    "lime %s, Java %s, %s: exit status %d after %.1f s, heap %,d MiB%n",
                    Version.current(),
                    System.getProperty("java.version"),
                    System.getProperty("os.name"),
                    status,
                    (System.nanoTime() - startNanos) / 1e9,
                    Runtime.getRuntime().totalMemory() >> 20);
        }
        return status;
    }

    /** Returns whether help of a command that does not exist is asked for: an error, not help. */
    private static boolean isUnknownCommand(CommandLine line, String[] args) {
        return args.length > 0
                && !args[0].startsWith("-")
                && !line.getSubcommands().containsKey(args[0]);
    }

    private int report(Throwable error, PrintWriter err, boolean json) {
        ErrorReport report = ErrorReport.of(error);
        if (json) {
            printJson(ErrorReport.Document.of(report.message(), report.exitStatus()));
        }
        return report.print(err, verbose);
    }

    /** Prints a JSON document on the process's standard output: the first one only. */
    void printJson(Object document) {
        if (!jsonPrinted) {
            out.println(Json.toLine(document));
            out.flush();
            jsonPrinted = true;
        }
    }

    /** Must run before the first logger and the engine are created. */
    private static void prepareProcess(String[] args) {
        setIfAbsent("logback.configurationFile", "org/limelm/train/cli/logback.xml");
        setIfAbsent("ai.djl.offline", "true");
        setIfAbsent("java.awt.headless", "true");
        for (String arg : args) {
            switch (arg) {
                case "-v", "--verbose" -> setIfAbsent("lime.log.level", "INFO");
                case "-q", "--quiet" -> setIfAbsent("lime.log.level", "ERROR");
                default -> {}
            }
        }
    }

    private static void setIfAbsent(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}
