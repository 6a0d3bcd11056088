package org.limelm.core.corpus;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.limelm.core.ConfigException;
import org.limelm.core.config.Doc;

/**
 * Which documents of a corpus are left out. Characters are UTF-16 code units. The choice depends on
 * the documents and their order only, not on threads or interruptions.
 */
@RecordBuilder
public record DocumentFilter(
        @Doc("minimum characters of a document") long minCharacters,
        @Doc("maximum characters of a document; 0 = any number") long maxCharacters,
        @Doc(
                        "minimum characters per subword token; lower values are typical of binary data and other scripts")
                double minCharactersPerToken,
        @Doc("maximum characters per subword token; 0 = any number") double maxCharactersPerToken,
        @Doc(
                        "leave out documents whose text occurred before, compared by 127 bits of SHA-256; takes 21 to 43 bytes of memory per document")
                boolean deduplicate)
        implements DocumentFilterBuilder.With {
    /**
     * Checks the ranges.
     *
     * @throws ConfigException if a number is negative, or a minimum is above its maximum
     */
    public DocumentFilter {
        range("Characters", minCharacters, maxCharacters);
        range("CharactersPerToken", minCharactersPerToken, maxCharactersPerToken);
    }

    private static <N extends Number> void range(String key, N minimum, N maximum) {
        double min = minimum.doubleValue();
        double max = maximum.doubleValue();
        if (!(min >= 0 && max >= 0 && (max == 0 || min <= max))) {
            throw new ConfigException(
                    "[filter] min%1$s %2$s and max%1$s %3$s, expected 0 <= min <= max, or max = 0"
                            .formatted(key, minimum, maximum));
        }
    }

    /** Returns a filter that leaves nothing out. */
    public static DocumentFilter none() {
        return new DocumentFilter(0, 0, 0, 0, false);
    }

    /** Returns whether a text has a permitted number of characters per token. */
    public boolean keeps(long characters, long tokens) {
        double perToken = tokens == 0 ? 0 : (double) characters / tokens;
        return perToken >= minCharactersPerToken
                && (maxCharactersPerToken == 0 || perToken <= maxCharactersPerToken);
    }

    /** Returns whether the choice depends on how a tokenizer splits the documents. */
    public boolean dependsOnTokens() {
        return minCharactersPerToken > 0 || maxCharactersPerToken > 0;
    }

    /** Returns the settings that leave something out, in short. */
    @Override
    public String toString() {
        List<String> parts = new ArrayList<>();
        add(parts, "minCharacters", minCharacters);
        add(parts, "maxCharacters", maxCharacters);
        add(parts, "minCharactersPerToken", minCharactersPerToken);
        add(parts, "maxCharactersPerToken", maxCharactersPerToken);
        if (deduplicate) {
            parts.add("deduplicate");
        }
        return String.join(" ", parts);
    }

    private static void add(List<String> parts, String key, Number value) {
        if (value.doubleValue() > 0) {
            parts.add(String.format(Locale.ROOT, "%s=%s", key, value));
        }
    }
}
