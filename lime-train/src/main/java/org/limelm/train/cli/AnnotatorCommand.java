package org.limelm.train.cli;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.limelm.annotate.annotator.AnnotatorOptions;
import org.limelm.annotate.annotator.EntityTags;
import org.limelm.annotate.annotator.PosTagset;
import org.limelm.annotate.evaluation.AnnotatorEvaluation;
import org.limelm.annotate.evaluation.AnnotatorReport;
import org.limelm.annotate.evaluation.EvaluationInputs;
import org.limelm.annotate.models.Annotators;
import org.limelm.annotate.models.ModelFile;
import org.limelm.annotate.models.TrainedAnnotators;
import org.limelm.annotate.training.AnnotatorTrainer;
import org.limelm.annotate.training.CoarseEntities;
import org.limelm.annotate.training.TrainerOptions;
import org.limelm.core.ConfigException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lime annotator}: trains, evaluates and imports the linguistic models. */
@Command(
        name = "annotator",
        description = "Trains, evaluates and imports the linguistic models.",
        subcommands = {
            AnnotatorCommand.Train.class,
            AnnotatorCommand.Eval.class,
            AnnotatorImportCommand.class,
            AnnotatorLabelCommand.class
        },
        synopsisSubcommandLabel = "train|eval|import|label")
final class AnnotatorCommand {
    private AnnotatorCommand() {}

    /** {@code lime annotator train}. */
    @Command(
            name = "train",
            description = {
                "Trains the models of both annotation modes on gold files.",
                "Sentences, tokens and parts of speech are learned from CoNLL-U treebanks, entities"
                        + " from BIO files (word<TAB>tag), word clusters from both. The same files"
                        + " give byte-identical models."
            },
            footer = {
                "",
                "Examples:",
                "  lime annotator train --treebank ud_ewt.conllu ud_gum.conllu --ner silver.tsv \\",
                "      --out models",
                "  lime annotator train --ner genes.tsv --from-bundled --out models"
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
                names = "--coarse-ner",
                arity = "1..*",
                paramLabel = "FILE",
                description =
                        "BIO files with coarser types than those of --ner, which teach where entities"
                                + " are.")
        private List<Path> coarseEntities = List.of();

        @Option(
                names = "--types",
                split = ",",
                paramLabel = "TYPE=NAME",
                description =
                        "Names of types in the files of --coarse-ner: with GPE=LOC,FAC=LOC, a LOC"
                                + " there may be a GPE, a FAC or a LOC.")
        private Map<String, String> types = Map.of();

        @Option(
                names = "--out",
                required = true,
                paramLabel = "FOLDER",
                description = "Output folder for the models.")
        private Path out = Path.of("models");

        @Option(
                names = "--part",
                split = ",",
                paramLabel = "MODEL",
                description =
                        "Models to train, out of: ${COMPLETION-CANDIDATES} (default: all; with"
                                + " --from-bundled, those that have gold files).")
        private Set<ModelFile> parts = EnumSet.noneOf(ModelFile.class);

        @Option(
                names = "--from-bundled",
                description = "Complete the folder with the bundled models.")
        private boolean fromBundled;

        @Override
        public Integer call() {
            TrainerOptions all =
                    parts.isEmpty() && fromBundled
                            ? TrainerOptions.of(treebanks, entities, out)
                            : new TrainerOptions(
                                    treebanks,
                                    entities,
                                    out,
                                    parts.isEmpty() ? EnumSet.allOf(ModelFile.class) : parts);
            TrainerOptions options = all.with(new CoarseEntities(coarseEntities, types));
            if (fromBundled) {
                Annotators.copyBundled(out);
            }
            AnnotatorTrainer.train(options, Progress.out()::println);
            return 0;
        }
    }

    /** {@code lime annotator eval}. */
    @Command(
            name = "eval",
            description = {
                "Evaluates the linguistic models on gold files in both annotation modes.",
                "Reports accuracy of parts of speech (Penn and universal), F1 of tokens, sentences"
                        + " and entities, and words/s."
            },
            footer = {
                "",
                "Examples:",
                "  lime annotator eval --pos ewt_test.conllu --tokens ewt_test.conllu",
                "  lime annotator eval --ner test.tsv --confusions 10",
                "  lime annotator eval --ner test.tsv --models models --json",
                "  lime annotator eval --ner conll.tsv --types PERSON=PER,GPE=LOC,MISC=O"
            })
    static final class Eval implements Callable<Integer> {
        @Option(
                names = "--pos",
                arity = "1..*",
                paramLabel = "FILE",
                description = "CoNLL-U files for parts of speech and speed.")
        private List<Path> pos = List.of();

        @Option(
                names = "--tokens",
                arity = "1..*",
                paramLabel = "FILE",
                description = "CoNLL-U files for token boundaries.")
        private List<Path> tokens = List.of();

        @Option(
                names = "--sentences",
                arity = "1..*",
                paramLabel = "FILE",
                description = "CoNLL-U files for sentence boundaries.")
        private List<Path> sentences = List.of();

        @Option(
                names = "--ner",
                arity = "1..*",
                paramLabel = "FILE",
                description = "BIO files for entities.")
        private List<Path> entities = List.of();

        @Option(
                names = "--types",
                split = ",",
                paramLabel = "TYPE=NAME",
                description =
                        "Rename entity types in gold files and models: PERSON=PER merges the two,"
                                + " MISC=O excludes a type.")
        private Map<String, String> types = Map.of();

        @Option(
                names = "--models",
                paramLabel = "FOLDER",
                description =
                        "Models from `lime annotator train` or `import` instead of the bundled ones.")
        private Optional<Path> models = Optional.empty();

        @Option(
                names = "--confusions",
                paramLabel = "N",
                description =
                        "Also print the N most frequent wrong tags of each file, measure and mode, at"
                                + " most 20 (default: 0).")
        private int confusions;

        @Mixin private JsonOutput json = new JsonOutput();

        @Override
        public Integer call() {
            if (confusions < 0 || confusions > AnnotatorReport.MAX_CONFUSIONS) {
                throw new ConfigException(
                        "[annotator eval] --confusions %d, expected 0 to %d"
                                .formatted(confusions, AnnotatorReport.MAX_CONFUSIONS));
            }
            AnnotatorReport report =
                    AnnotatorEvaluation.run(
                            new EvaluationInputs(pos, tokens, sentences, entities, types),
                            annotators());
            System.out.print(report.toTable());
            System.out.print(report.toConfusionTable(confusions));
            json.print(report);
            return 0;
        }

        private List<TrainedAnnotators> annotators() {
            if (models.isEmpty()) {
                return Stream.of(PosTagset.values())
                        .map(tagset -> AnnotatorOptions.of(tagset, EntityTags.BIO))
                        .map(Annotators::bundled)
                        .toList();
            }
            Path folder = models.orElseThrow();
            List<TrainedAnnotators> all =
                    Annotators.optionsOf(folder).stream()
                            .map(options -> Annotators.load(folder, options))
                            .toList();
            if (all.isEmpty()) {
                throw new ConfigException(
                        "[%s] no models of parts of speech, expected pos-xpos.bin or pos-upos.bin"
                                .formatted(folder));
            }
            return all;
        }
    }
}
