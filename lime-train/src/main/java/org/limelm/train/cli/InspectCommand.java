package org.limelm.train.cli;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.limelm.core.io.AtomicFile;
import org.limelm.train.inspect.Inspection;
import org.limelm.train.internal.table.TextTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lime inspect}: shows tokens, pieces and tags side by side. */
@Command(
        name = "inspect",
        description = {
            "Shows the linguistic tokens, subword pieces and tags of a text side by side.",
            "Tags are shown in both annotation modes. Without a tokenizer, every linguistic token"
                    + " is one piece."
        },
        footer = {
            "",
            "Examples:",
            "  lime inspect \"The United States didn't pay.\"",
            "  lime inspect \"Dr. Smith paid 3,200.50.\" --tokenizer tokenizer.json \\",
            "      --html out.html"
        })
final class InspectCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "TEXT", description = "The text to annotate.")
    private String text = "";

    @Option(
            names = "--tokenizer",
            paramLabel = "FILE",
            description = "HuggingFace tokenizer.json that splits the text into pieces.")
    private Optional<Path> tokenizer = Optional.empty();

    @Option(names = "--html", paramLabel = "FILE", description = "Also write an HTML page.")
    private Optional<Path> html = Optional.empty();

    @Mixin private AnnotatorOptionsMixin annotators = new AnnotatorOptionsMixin();

    @Mixin private JsonOutput json = new JsonOutput();

    @Override
    public Integer call() {
        Inspection inspection = Inspection.of(text, annotators.annotators(), tokenizer);
        System.out.print(TextTable.of(inspection.header(), inspection.cells()));
        html.ifPresent(
                file -> {
                    AtomicFile.writeString(file, inspection.toHtml());
                    System.out.println("Wrote " + file);
                });
        json.print(inspection);
        return 0;
    }
}
