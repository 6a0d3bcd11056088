package org.limelm.train.cli;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.limelm.annotate.pipeline.AnnotateJob;
import org.limelm.annotate.pipeline.AnnotatePipeline;
import org.limelm.annotate.pipeline.AnnotateReport;
import org.limelm.annotate.spark.SparkApplication;
import org.limelm.core.corpus.ReaderOptions;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.text.Alignment;
import org.limelm.train.inspect.ShardStatistics;
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
            "      --annotation full --out shards/full",
            "  lime annotate 'fineweb/**/*.parquet' --tokenizer tokenizer.json \\",
            "      --min-characters 200 --deduplicate --out shards/fineweb"
        })
final class AnnotateCommand implements Callable<Integer> {
    /** Where units are annotated. */
    enum Runner {
        THREADS,
        SPARK
    }

    /**
     * The result.
     *
     * @param report what was annotated
     * @param bytesPerToken UTF-8 bytes of text per subword piece
     * @param features the tags of each feature
     * @param pricePerBillionTokens price of annotating 10⁹ subword pieces, in the currency of
     *     {@code --price-per-hour}; empty without it, or if no shard was annotated
     */
    record Result(
            @JsonUnwrapped AnnotateReport report,
            double bytesPerToken,
            List<ShardStatistics.TagDistribution> features,
            Optional<Double> pricePerBillionTokens) {}

    @Parameters(
            arity = "1..*",
            paramLabel = "CORPUS",
            description =
                    "Files, folders or quoted patterns: .txt, .md, .jsonl, .json, .ndjson,"
                            + " .conllu, plain, .gz or .zst; .parquet.")
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
            description = {
                "Threads; 0 means one per core (default: ${DEFAULT-VALUE}).",
                "On Spark: units at a time; 0 means two per core."
            })
    private int threads;

    @Option(
            names = "--runner",
            defaultValue = "threads",
            paramLabel = "RUNNER",
            description =
                    "Where units are annotated: threads of this process, or executors of spark,"
                            + " which SPARK_HOME or spark-submit provides (default:"
                            + " ${DEFAULT-VALUE}).")
    private Runner runner = Runner.THREADS;

    @Mixin private CorpusOptions reading = new CorpusOptions();

    @Option(
            names = "--min-characters-per-token",
            defaultValue = "0",
            paramLabel = "X",
            description = "Leave out documents of fewer characters per subword token.")
    private double minCharactersPerToken;

    @Option(
            names = "--max-characters-per-token",
            defaultValue = "0",
            paramLabel = "X",
            description = "Leave out documents of more characters per subword token; 0: any.")
    private double maxCharactersPerToken;

    @Option(
            names = "--unit",
            defaultValue = "4194304",
            paramLabel = "CHARACTERS",
            description =
                    "Minimum text per shard, in UTF-16 code units (default: ${DEFAULT-VALUE}).")
    private long unitCharacters;

    @Option(
            names = "--price-per-hour",
            paramLabel = "PRICE",
            description = "Price per core-hour, in any currency; shows the cost of 10^9 tokens.")
    private Optional<Double> pricePerHour = Optional.empty();

    @Mixin private JsonOutput json = new JsonOutput();

    @Override
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
                        reader(),
                        threads == 0 ? Runtime.getRuntime().availableProcessors() : threads,
                        unitCharacters);
        AnnotateReport report = annotate(job);
        System.out.print(summary(report));
        Optional<Double> pricePerBillionTokens =
                pricePerHour
                        .filter(price -> report.tokensThisRun() > 0)
                        .map(price -> price * report.coreHoursPerBillionTokens());
        pricePerBillionTokens.ifPresent(
                price ->
                        System.out.printf(
                                Locale.ROOT,
                                "Cost at %s per core-hour: %.2f per 10^9 tokens%n",
                                pricePerHour.orElseThrow(),
                                price));
        ShardStatistics statistics = ShardStatistics.of(out);
        System.out.print(statistics.summary());
        json.print(
                new Result(
                        report,
                        statistics.bytesPerToken(),
                        statistics.features(),
                        pricePerBillionTokens));
        return 0;
    }

    @SuppressWarnings("try") // the notice is held, not used
    private AnnotateReport annotate(AnnotateJob job) {
        try (InterruptNotice notice = new InterruptNotice(interrupted());
                PreparationDisplay progress = new PreparationDisplay()) {
            return switch (runner) {
                case THREADS -> AnnotatePipeline.run(job, progress::onAnnotation);
                case SPARK ->
                        SparkApplication.annotate(
                                job, threads, annotators.source(), progress::onAnnotation);
            };
        }
    }

    private ReaderOptions reader() {
        ReaderOptions reader = reading.reader();
        return reader.withFilter(
                reader.filter()
                        .withMinCharactersPerToken(minCharactersPerToken)
                        .withMaxCharactersPerToken(maxCharactersPerToken));
    }

    private String interrupted() {
        return "Interrupted. The complete shards in "
                + ShellQuoting.quote(out)
                + " are kept. To resume, run the same command.";
    }

    private String summary(AnnotateReport report) {
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
                            "%,.0f words/s, %d %s, %.1f core-hours per 10^9 words, %.1f per"
                                    + " 10^9 tokens, %.0f s%n",
                            report.wordsPerSecond(),
                            report.threads(),
                            runner == Runner.SPARK ? "units at a time" : "threads",
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
        if (!report.filtered().isEmpty()) {
            text.append("Left out by filters: ").append(report.filtered()).append('\n');
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
