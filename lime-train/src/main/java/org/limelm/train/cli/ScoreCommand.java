package org.limelm.train.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.limelm.core.ConfigException;
import org.limelm.core.corpus.JsonLines;
import org.limelm.core.io.AtomicFile;
import org.limelm.model.device.Precision;
import org.limelm.train.generation.TrainedModel;
import org.limelm.train.score.ContinuationScorer;
import org.limelm.train.score.ScoreLines;
import org.limelm.train.score.ScoreSummary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lime score}: log-likelihoods of continuations, JSON lines in and out. */
@Command(
        name = "score",
        description = {
            "Computes log-likelihoods of continuations, from JSON lines to JSON lines.",
            "A line is {\"context\": TEXT, \"continuation\": TEXT} or {\"context\": TEXT,"
                    + " \"continuations\": [TEXT, ...]},",
            "optionally with \"label\": INDEX of the right one and \"given\": {\"pos\": TAG}, the"
                    + " tags of the continuation.",
            "The same line is written with \"scores\" and \"best\"; see docs/tasks.md."
        },
        footer = {
            "",
            "Examples:",
            "  lime score runs/first --in requests.jsonl --out scores.jsonl",
            "  echo '{\"context\": \"The United\", \"continuations\": [\" States\", \" state\"]}'"
                    + " | lime score runs/first",
        })
final class ScoreCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "RUN", description = "Folder of a run or a model.")
    private Path run = Path.of("run");

    @Option(
            names = "--in",
            paramLabel = "FILE",
            description = "Requests: .jsonl, plain, .gz or .zst (default: standard input).")
    private Optional<Path> in = Optional.empty();

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "File for the scores (default: standard output).")
    private Optional<Path> out = Optional.empty();

    @Mixin private ScoringOptions scoring = new ScoringOptions();

    @Mixin private ModelOptions model = new ModelOptions();

    @Mixin private JsonOutput json = new JsonOutput();

    @Override
    public Integer call() {
        if (json.isRequested() && out.isEmpty()) {
            throw new ConfigException(
                    "[score] with --json, standard output holds the summary only. Hint: add --out FILE for the scores");
        }
        try (TrainedModel trained = model.open(run, Precision.F32);
                JsonLines lines =
                        in.map(JsonLines::open)
                                .orElseGet(() -> JsonLines.of(System.in, "standard input"))) {
            ContinuationScorer scorer =
                    new ContinuationScorer(
                            trained, scoring.mode(trained), scoring.supply(), scoring.batchSize());
            ScoreLines answers = new ScoreLines(trained, scorer);
            ScoreSummary summary =
                    out.isEmpty()
                            ? score(answers, lines, StandardOutput::println)
                            : score(answers, lines, out.get());
            System.err.println(line(summary));
            json.print(summary);
        }
        return 0;
    }

    private static ScoreSummary score(ScoreLines answers, JsonLines lines, Path file) {
        ScoreSummary[] summary = new ScoreSummary[1];
        AtomicFile.write(file, out -> summary[0] = score(answers, lines, line -> write(out, line)));
        return summary[0];
    }

    private static ScoreSummary score(ScoreLines answers, JsonLines lines, Consumer<String> out) {
        try (ProgressDisplay display =
                ProgressDisplay.start("score", ProgressDisplay.ProgressUnit.EXAMPLES)) {
            return answers.score(lines, out, done -> display.update(done, 0, done + " requests"));
        }
    }

    private static void write(OutputStream out, String line) {
        try {
            out.write((line + "\n").getBytes(UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String line(ScoreSummary summary) {
        String accuracy =
                summary.accuracy()
                        .map(
                                share ->
                                        String.format(
                                                Locale.ROOT,
                                                ", accuracy %.4f of %,d labelled",
                                                share,
                                                summary.labelled()))
                        .orElse("");
        return String.format(
                Locale.ROOT,
                "%s (tags %s, %s): %,d requests, %,d continuations, %,d tokens, %,d truncated%s",
                summary.arm(),
                summary.annotation(),
                summary.origin(),
                summary.requests(),
                summary.continuations(),
                summary.tokens(),
                summary.truncated(),
                accuracy);
    }
}
