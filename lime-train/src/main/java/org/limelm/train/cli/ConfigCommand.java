package org.limelm.train.cli;

import java.util.List;
import org.limelm.core.config.ConfigEntry;
import org.limelm.core.config.ConfigLoader;
import org.limelm.core.config.ConfigSchema;
import org.limelm.core.io.Json;
import org.limelm.train.config.ComparisonConfig;
import org.limelm.train.config.InitialModel;
import org.limelm.train.config.RunConfig;
import org.limelm.train.internal.table.TextTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lime config}: shows configurations and describes their keys. */
@Command(
        name = "config",
        description = "Shows configurations and describes their keys.",
        subcommands = {ConfigCommand.Show.class, ConfigCommand.Schema.class},
        synopsisSubcommandLabel = "(show | schema)")
final class ConfigCommand {
    private ConfigCommand() {}

    /** {@code lime config show}. */
    @Command(
            name = "show",
            description = {
                "Shows every key of a configuration with its value and where that was set.",
                "Each value is in the form that key=value takes. With init.from, the keys of the"
                        + " model are those of the model it names."
            },
            footer = {
                "",
                "Examples:",
                "  lime config show configs/mini.yaml",
                "  lime config show configs/compare-quick.yaml training.steps=50 --json"
            })
    static final class Show implements Runnable {
        private static final List<String> HEADER = List.of("key", "value", "set in");
        private static final String COMPARISON = "compare.";

        @Mixin private ConfigArguments config = new ConfigArguments();

        @Mixin private JsonOutput json = new JsonOutput();

        @Override
        public void run() {
            List<ConfigEntry> entries = entries();
            System.out.print(TextTable.ofWords(HEADER, entries.stream().map(Show::cells).toList()));
            json.print(entries);
        }

        /** Returns the keys of a comparison if one of its own keys is set, otherwise of a run. */
        private List<ConfigEntry> entries() {
            List<ConfigEntry> all =
                    ConfigLoader.entries(
                            ComparisonConfig.class,
                            config.file(),
                            config.overrides(),
                            read -> read.withRun(InitialModel.resolve(read.run())));
            boolean comparison =
                    all.stream()
                            .filter(entry -> entry.key().startsWith(COMPARISON))
                            .anyMatch(entry -> !entry.origin().equals(ConfigEntry.DEFAULT));
            return all.stream()
                    .filter(entry -> comparison || !entry.key().startsWith(COMPARISON))
                    .toList();
        }

        private static List<String> cells(ConfigEntry entry) {
            String origin =
                    entry.adjusted() ? entry.origin() + "; adjusted to other keys" : entry.origin();
            return List.of(entry.key(), entry.text(), origin);
        }
    }

    /** {@code lime config schema}. */
    @Command(
            name = "schema",
            description = {
                "Prints the JSON schema of configurations, with which editors complete and check"
                        + " keys.",
                "The schema of a comparison also accepts the configuration of a run."
            },
            footer = {
                "",
                "Examples:",
                "  lime config schema > lime.schema.json",
                "  lime config schema --comparison > lime.schema.json"
            })
    static final class Schema implements Runnable {
        @Option(
                names = "--comparison",
                description = "Describe the configurations of lime compare instead of a run.")
        private boolean comparison;

        @Override
        public void run() {
            System.out.print(
                    Json.toText(
                            comparison
                                    ? ConfigSchema.of(
                                            ComparisonConfig.class,
                                            "Configuration of a LIME comparison")
                                    : ConfigSchema.of(
                                            RunConfig.class, "Configuration of a LIME run")));
        }
    }
}
