package org.limelm.train.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The option {@code --json}: prints the result as the only content of standard output. */
final class JsonOutput {
    static final String NAME = "--json";

    @Option(
            names = NAME,
            description =
                    "Print one JSON document on standard output; everything else goes to standard"
                            + " error.")
    private boolean json;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

    /** Returns whether {@code --json} was given. */
    boolean isRequested() {
        return json;
    }

    /** Prints the result as one line of JSON if {@code --json} was given. */
    void print(Object result) {
        if (json && command.root().userObject() instanceof Lime lime) {
            lime.printJson(result);
        }
    }
}
