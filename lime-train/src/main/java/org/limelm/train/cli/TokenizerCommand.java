package org.limelm.train.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.limelm.train.prepare.TokenizerTraining;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lime tokenizer}: subword tokenizers. */
@Command(
        name = "tokenizer",
        description = "Trains subword tokenizers.",
        subcommands = TokenizerCommand.Train.class,
        synopsisSubcommandLabel = "train")
final class TokenizerCommand {
    private TokenizerCommand() {}

    /** {@code lime tokenizer train}. */
    @Command(
            name = "train",
            description = {
                "Trains a byte-level BPE tokenizer on a corpus.",
                "Writes a tokenizer.json that HuggingFace libraries can also read."
            },
            footer = {
                "",
                "Example:",
                "  lime tokenizer train corpus.jsonl --out tokenizer.json --vocabulary 8192"
            })
    static final class Train implements Callable<Integer> {
        @Parameters(
                arity = "1..*",
                paramLabel = "CORPUS",
                description = "Files, folders or quoted patterns, as in `lime annotate`.")
        private List<Path> corpus = List.of();

        @Option(
                names = "--out",
                required = true,
                paramLabel = "FILE",
                description = "The tokenizer.json to write.")
        private Path out = Path.of("tokenizer.json");

        @Option(
                names = "--vocabulary",
                defaultValue = "8192",
                paramLabel = "N",
                description = "Vocabulary size (default: ${DEFAULT-VALUE}).")
        private int vocabulary;

        @Mixin private CorpusOptions reading = new CorpusOptions();

        @Override
        public Integer call() {
            try (PreparationDisplay display = new PreparationDisplay()) {
                TokenizerTraining.train(
                        corpus, reading.reader(), vocabulary, out, display.ofTokenizer());
            }
            System.out.println("Wrote " + out + " with " + vocabulary + " ids");
            return 0;
        }
    }
}
