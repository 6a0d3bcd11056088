package org.limelm.train.cli;

import org.limelm.core.ConfigException;
import org.limelm.core.corpus.DocumentFilter;
import org.limelm.core.corpus.ReaderOptions;
import picocli.CommandLine.Option;

/** The options of commands that read a corpus. */
final class CorpusOptions {
    @Option(
            names = "--text-field",
            defaultValue = "text",
            paramLabel = "KEY",
            description = "JSON key or parquet column of the text (default: ${DEFAULT-VALUE}).")
    private String textField = "text";

    @Option(
            names = "--id-field",
            defaultValue = "id",
            paramLabel = "KEY",
            description = "JSON key or parquet column of the id (default: ${DEFAULT-VALUE}).")
    private String idField = "id";

    @Option(
            names = "--text-separator",
            defaultValue = "",
            paramLabel = "TEXT",
            description =
                    "Text between the documents of a .txt or .md file, such as <|endoftext|>, with the"
                            + " escapes \\n, \\r, \\t and \\\\ (default: each file is one document).")
    private String textSeparator = "";

    @Option(
            names = "--max-bad",
            defaultValue = "0.01",
            paramLabel = "SHARE",
            description = "Maximum share of unusable records (default: ${DEFAULT-VALUE}).")
    private double maxBadFraction;

    @Option(
            names = "--min-characters",
            defaultValue = "0",
            paramLabel = "N",
            description = "Leave out documents of fewer characters.")
    private long minCharacters;

    @Option(
            names = "--max-characters",
            defaultValue = "0",
            paramLabel = "N",
            description = "Leave out documents of more characters; 0 means any number.")
    private long maxCharacters;

    @Option(
            names = "--deduplicate",
            description = "Leave out documents whose text occurred before.")
    private boolean deduplicate;

    /** Returns the options, without limits of characters per token. */
    ReaderOptions reader() {
        return ReaderOptions.defaults()
                .withTextField(textField)
                .withIdField(idField)
                .withTextSeparator(separator())
                .withMaxBadFraction(maxBadFraction)
                .withFilter(new DocumentFilter(minCharacters, maxCharacters, 0, 0, deduplicate));
    }

    private String separator() {
        try {
            return textSeparator.translateEscapes();
        } catch (IllegalArgumentException e) {
            throw new ConfigException(
                    "[--text-separator] '%s' has an unknown escape, expected \\n, \\r, \\t or \\\\. Hint: write a backslash as \\\\"
                            .formatted(textSeparator),
                    e);
        }
    }
}
