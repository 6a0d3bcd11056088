package org.limelm.annotate.feature;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.limelm.core.ConfigException;
import org.limelm.core.config.Doc;
import org.limelm.core.config.Inline;
import org.limelm.core.io.Json;

/**
 * A metadata feature as a configuration names it. Its text form is {@code FEATURE} or {@code
 * FEATURE(option=value,…)}; a value with brackets, commas or quotes is written as a JSON string.
 *
 * @param feature name of the feature
 * @param options values by option, in the order given
 */
public record FeatureSpec(
        @Doc(
                        "name of the feature: pos, ner, shape, position, sentence, dictionary, column, or one's own")
                String feature,
        @Doc("options of the feature, such as tags: upos") @Inline Map<String, String> options) {
    private static final String VALUE = "(\"[^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+\"|[^(),\"]*+)";
    private static final Pattern OPTION = Pattern.compile("\\s*(\\w+)\\s*=\\s*" + VALUE + "\\s*");
    private static final Pattern SPEC =
            Pattern.compile(
                    "\\s*(\\w+)\\s*(?:\\(((?:" + OPTION + ")(?:," + OPTION + ")*)\\))?\\s*");

    /** Copies the options. */
    public FeatureSpec {
        if (!feature.matches("\\w+")) {
            throw new ConfigException(
                    "[metadata] feature '%s', expected a name".formatted(feature));
        }
        for (String option : options.keySet()) {
            if (!option.matches("\\w+")) {
                throw new ConfigException(
                        "[metadata: %s] option '%s', expected letters, digits and underscores"
                                .formatted(feature, option));
            }
        }
        options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
    }

    /** Returns the features of the paper: {@code pos} and {@code ner}. */
    public static List<FeatureSpec> ofPaper() {
        return listOf("pos,ner");
    }

    /**
     * Returns the feature with the given text form.
     *
     * @throws ConfigException if the text is malformed
     */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static FeatureSpec of(String text) {
        List<FeatureSpec> specs = listOf(text);
        if (specs.size() != 1) {
            throw malformed(text);
        }
        return specs.get(0);
    }

    /**
     * Returns the features of a list of text forms, separated by commas.
     *
     * @throws ConfigException if the text is malformed
     */
    public static List<FeatureSpec> listOf(String text) {
        List<FeatureSpec> specs = new ArrayList<>();
        Matcher matcher = SPEC.matcher(text);
        int at = 0;
        while (at <= text.length()) {
            matcher.region(at, text.length());
            if (!matcher.lookingAt()
                    || (matcher.end() < text.length() && text.charAt(matcher.end()) != ',')) {
                throw malformed(text);
            }
            specs.add(new FeatureSpec(matcher.group(1), options(matcher.group(2))));
            at = matcher.end() + 1;
        }
        return List.copyOf(specs);
    }

    private static Map<String, String> options(@Nullable String text) {
        Map<String, String> options = new LinkedHashMap<>();
        if (text != null) {
            for (Matcher option = OPTION.matcher(text); option.find(); ) {
                String value = option.group(2);
                options.put(
                        option.group(1),
                        value.startsWith("\"")
                                ? Json.parse(value, String.class, "metadata")
                                : value.strip());
            }
        }
        return options;
    }

    private static ConfigException malformed(String text) {
        return new ConfigException(
                "[metadata] '%s', expected features such as pos or dictionary(file=words.tsv). Hint: put a value with brackets or commas in double quotes"
                        .formatted(text));
    }

    /** Returns the text form. */
    @JsonValue
    public String label() {
        return options.isEmpty()
                ? feature
                : options.entrySet().stream()
                        .map(option -> option.getKey() + "=" + quoted(option.getValue()))
                        .collect(Collectors.joining(",", feature + "(", ")"));
    }

    private static String quoted(String value) {
        boolean plain = value.equals(value.strip()) && value.matches("[^(),\"]*");
        return plain ? value : Json.toLine(value);
    }

    @Override
    public String toString() {
        return label();
    }
}
