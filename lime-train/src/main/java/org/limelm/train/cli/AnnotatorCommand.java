package org.limelm.train.cli;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.limelm.annotate.linguistic.ModelFile;
import org.limelm.annotate.training.AnnotatorTrainer;
import org.limelm.annotate.training.TrainerOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code lime annotator}: the linguistic models. */
@Command(
        name = "annotator",
        description = "Trains and evaluates the linguistic models.",
        subcommands = AnnotatorCommand.Train.class,
        synopsisSubcommandLabel = "train|eval")
final class AnnotatorCommand {
    private AnnotatorCommand() {}

    /** {@code lime annotator train}. */
    @Command(
            name = "train",
            description = {
                "Trains the models of both annotation modes from gold files: sentences, tokens and",
                "parts of speech from CoNLL-U treebanks, entities from BIO files (word<TAB>tag).",
                "The same files give the same bytes."
            },
            footer = {
                "",
                "Example:",
                "  lime annotator train --treebank ud_ewt.conllu ud_gum.conllu --ner silver.tsv \\",
                "      --out models"
            })
    static final class Train implements Callable<Integer> {
        @Option(
                names = "--treebank",
                arity = "1..*",
                paramLabel = "FILE",
                description = "CoNLL-U files, plain or gzipped.")
        private List<Path> treebanks = List.of();

        @Option(
                names = "--ner",
                arity = "1..*",
                paramLabel = "FILE",
                description = "BIO files, plain or gzipped.")
        private List<Path> entities = List.of();

        @Option(
                names = "--out",
                required = true,
                paramLabel = "FOLDER",
                description = "Where the models go.")
        private Path out = Path.of("models");

        @Option(
                names = "--part",
                split = ",",
                paramLabel = "MODEL",
                description = "Only these of: ${COMPLETION-CANDIDATES} (default: all).")
        private Set<ModelFile> parts = EnumSet.allOf(ModelFile.class);

        @Override
        public Integer call() {
            AnnotatorTrainer.train(
                    new TrainerOptions(treebanks, entities, out, parts), System.out::println);
            return 0;
        }
    }
}
