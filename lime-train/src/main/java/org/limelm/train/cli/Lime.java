package org.limelm.train.cli;

import java.io.PrintWriter;
import java.util.Locale;
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
            TrainCommand.class,
            EvalCommand.class,
            GenerateCommand.class,
            PlanCommand.class,
            BenchCommand.class,
            DoctorCommand.class
        },
        footer = {
            "",
            "Exit status: 0 on success, 1 on failure, 2 for wrong usage or configuration,",
            "130 or 143 after a checkpoint on SIGINT or SIGTERM.",
            "",
            "To get started, run: lime quickstart",
            "For help on a command, run: lime COMMAND --help"
        })
public final class Lime {
    static final int FAILED = 1;
    static final int WRONG_USAGE = 2;

    @Option(
            names = "--verbose",
            scope = ScopeType.INHERIT,
            description = "Print stack traces of errors and the log of the libraries.")
    private boolean verbose;

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
        CommandLine line = new CommandLine(lime);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionExceptionHandler(
                (error, command, parsed) -> {
                    PrintWriter err = command.getErr();
                    return ErrorReport.of(error).print(err, lime.verbose);
                });
        return line.execute(args);
    }

    /** Must run before the first logger and the engine are created. */
    private static void prepareProcess(String[] args) {
        setIfAbsent("logback.configurationFile", "org/limelm/train/cli/logback.xml");
        setIfAbsent("ai.djl.offline", "true");
        setIfAbsent("java.awt.headless", "true");
        for (String arg : args) {
            if (arg.equals("--verbose")) {
                setIfAbsent("lime.log.level", "INFO");
            }
        }
    }

    private static void setIfAbsent(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}
