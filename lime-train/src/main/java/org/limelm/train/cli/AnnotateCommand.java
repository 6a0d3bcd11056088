package org.limelm.train.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.limelm.annotate.pipeline.AnnotateJob;
import org.limelm.annotate.pipeline.AnnotatePipeline;
import org.limelm.annotate.pipeline.AnnotateReport;
import org.limelm.core.corpus.ReaderOptions;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.text.Alignment;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lime annotate}: annotates a corpus into shards. */
@Command(
        name = "annotate",
        description = {
            "Annotates a corpus into token shards with metadata columns.",
            "To resume a stopped or killed run, repeat the command. The shards are identical to"
                    + " those of an uninterrupted run, for any number of threads."
        },
        footer = {
            "",
            "Examples:",
            "  lime annotate corpus.jsonl --tokenizer tokenizer.json --out shards/causal",
            "  lime annotate texts/ more.jsonl.zst --tokenizer tokenizer.json \\",
            "      --annotation full --out shards/full"
        })
final class AnnotateCommand implements Callable<Integer> {
    @Parameters(arity = "1..*", paramLabel = "CORPUS", description = "Text files or folders.")
    private List<Path> corpus = List.of();

    @Option(
            names = "--tokenizer",
            required = true,
            paramLabel = "FILE",
            description = "HuggingFace tokenizer.json.")
    private Path tokenizer = Path.of("tokenizer.json");

    @Option(
            names = "--end-of-text",
            paramLabel = "TOKEN",
            description = {
                "End-of-text token (default: from",
                "tokenizer_config.json or generation_config.json",
                "beside the tokenizer, else its special token)."
            })
    private Optional<String> endOfText = Optional.empty();

    @Option(
            names = "--out",
            required = true,
            paramLabel = "FOLDER",
            description = "Output folder for the shards.")
    private Path out = Path.of("shards");

    @Option(
            names = "--annotation",
            defaultValue = "causal",
            paramLabel = "MODE",
            description =
                    "Annotation mode: full (tags from the whole sentence, as in the paper) or"
                            + " causal (tags from the text so far, for models that generate)"
                            + " (default: ${DEFAULT-VALUE}).")
    private AnnotationMode mode = AnnotationMode.CAUSAL;

    @Option(
            names = "--alignment",
            defaultValue = "linguistic",
            paramLabel = "ALIGNMENT",
            description =
                    "Alignment: linguistic (subwords within words) or plain (for arm plain)"
                            + " (default: ${DEFAULT-VALUE}).")
    private Alignment alignment = Alignment.LINGUISTIC;

    @Mixin private AnnotatorOptionsMixin annotators = new AnnotatorOptionsMixin();

    @Option(
            names = "--threads",
            defaultValue = "0",
            paramLabel = "N",
            description = "Threads; 0 means one per core (default: ${DEFAULT-VALUE}).")
    private int threads;

    @Option(
            names = "--text-field",
            defaultValue = "text",
            paramLabel = "KEY",
            description = "JSON key of the text (default: ${DEFAULT-VALUE}).")
    private String textField = "text";

    @Option(
            names = "--max-bad",
            defaultValue = "0.01",
            paramLabel = "SHARE",
            description = "Maximum share of unusable records (default: ${DEFAULT-VALUE}).")
    private double maxBadFraction;

    @Option(
            names = "--unit",
            defaultValue = "4194304",
            paramLabel = "CHARACTERS",
            description =
                    "Minimum text per shard, in UTF-16 code units (default: ${DEFAULT-VALUE}).")
    private long unitCharacters;

    @Mixin private JsonOutput json = new JsonOutput();

    @Override
    @SuppressWarnings("try") // the notice is held, not used
    public Integer call() {
        AnnotateJob job =
                new AnnotateJob(
                        corpus,
                        tokenizer,
                        endOfText,
                        out,
                        mode,
                        alignment,
                        annotators.annotators(),
                        ReaderOptions.defaults()
                                .withTextField(textField)
                                .withMaxBadFraction(maxBadFraction),
                        threads == 0 ? Runtime.getRuntime().availableProcessors() : threads,
                        unitCharacters);
        AnnotateReport report;
        try (InterruptNotice notice = new InterruptNotice(interrupted());
                PreparationDisplay progress = new PreparationDisplay()) {
            report = AnnotatePipeline.run(job, progress::onAnnotation);
        }
        System.out.print(summary(out, mode, report));
        json.print(report);
        return 0;
    }

    private String interrupted() {
        return "Interrupted. The complete shards in "
                + ShellQuoting.quote(out)
                + " are kept. To resume, run the same command.";
    }

    private static String summary(Path out, AnnotationMode mode, AnnotateReport report) {
        StringBuilder text = new StringBuilder();
        text.append(
                String.format(
                        Locale.ROOT,
                        "%s: %,d documents, %,d words, %,d tokens in %d shards (%d from an earlier"
                                + " run), annotation %s%n",
                        out,
                        report.documents(),
                        report.words(),
                        report.tokens(),
                        report.shards(),
                        report.shardsReused(),
                        mode.label()));
        if (report.wordsThisRun() > 0) {
            text.append(
                    String.format(
                            Locale.ROOT,
                            "%,.0f words/s on %d threads, %.1f core-hours per 10^9 words, %.1f per"
                                    + " 10^9 tokens, %.0f s%n",
                            report.wordsPerSecond(),
                            report.threads(),
                            report.coreHoursPerBillionWords(),
                            report.coreHoursPerBillionTokens(),
                            report.seconds()));
        }
        if (!report.quarantined().isEmpty()) {
            text.append("Unusable records: ")
                    .append(report.quarantined())
                    .append(", listed in ")
                    .append(out.resolve("quarantine.jsonl"))
                    .append('\n');
        }
        return text.append(skippedLine(report)).toString();
    }

    /** Returns a line on skipped files of the corpus folders; empty if there are none. */
    static String skippedLine(AnnotateReport report) {
        if (report.passedOver().isEmpty()) {
            return "";
        }
        return report.passedOver().stream()
                .map(Object::toString)
                .collect(Collectors.joining(", ", "Skipped: ", "\n"));
    }
}
