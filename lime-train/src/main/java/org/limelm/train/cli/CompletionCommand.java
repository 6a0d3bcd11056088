package org.limelm.train.cli;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code lime completion}: prints the script that completes commands and options in a shell. */
@Command(
        name = "completion",
        description = {
            "Prints a script that completes commands and options in bash and zsh.",
            "Load it in ~/.bashrc or ~/.zshrc, there after compinit."
        },
        footer = {
            "",
            "Examples:",
            "  source <(lime completion)",
            "  lime completion > ~/.local/share/bash-completion/completions/lime"
        })
final class CompletionCommand implements Runnable {
    /** The constants of an option's enum, in their Java case. */
    private static final Pattern CONSTANTS = Pattern.compile("(?<=_option_args=)\\(.*\\)");

    @Spec private CommandSpec command = CommandSpec.create();

    @Override
    public void run() {
        CommandSpec lime = command.root();
        String script = AutoComplete.bash(lime.name(), lime.commandLine());
        System.out.print(
                CONSTANTS
                        .matcher(script)
                        .replaceAll(
                                constants ->
                                        Matcher.quoteReplacement(
                                                constants.group().toLowerCase(Locale.ROOT))));
    }
}
