package org.limelm.annotate.feature;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.limelm.core.ConfigException;

/**
 * The options of a feature in a configuration, read by name. An option that was given but is never
 * read is unknown, and refused.
 */
public final class FeatureOptions {
    private final FeatureSpec spec;
    private final Set<String> known = new TreeSet<>();
    private final Map<String, Path> files = new LinkedHashMap<>();

    /** Wraps the options of a feature. */
    public FeatureOptions(FeatureSpec spec) {
        this.spec = spec;
    }

    /** Returns the value of an option, or a default. */
    public String text(String option, String byDefault) {
        known.add(option);
        return spec.options().getOrDefault(option, byDefault);
    }

    /**
     * Returns the value of a required option.
     *
     * @throws ConfigException if it is missing
     */
    public String text(String option) {
        String value = text(option, "");
        if (value.isEmpty()) {
            throw refusal("option '" + option + "' is missing");
        }
        return value;
    }

    /**
     * Returns the value of an option that is {@code true} or {@code false}, which is the default.
     *
     * @throws ConfigException if it is neither
     */
    public boolean flag(String option) {
        return choice(option, List.of("false", "true")).equals("true");
    }

    /**
     * Returns the value of an option that has one of some values.
     *
     * @param values the allowed values, the default first
     * @throws ConfigException if it has another one
     */
    public String choice(String option, List<String> values) {
        String value = text(option, values.get(0));
        if (!values.contains(value)) {
            throw refusal(
                    "option '"
                            + option
                            + "' is '"
                            + value
                            + "', expected one of "
                            + String.join(", ", values));
        }
        return value;
    }

    /**
     * Returns the file that a required option names. Shards and runs keep a copy of it.
     *
     * @throws ConfigException if the option is missing
     */
    public Path file(String option) {
        Path file = Path.of(text(option));
        files.put(option, file);
        return file;
    }

    /** Returns an exception that names the feature. */
    public ConfigException refusal(String problem) {
        return new ConfigException("[metadata: %s] %s".formatted(spec.feature(), problem));
    }

    /** Returns the files that were read, by option. */
    Map<String, Path> files() {
        return files;
    }

    /**
     * Checks that every option that was given has been read.
     *
     * @throws ConfigException if one is unknown
     */
    void rejectUnknown() {
        for (String option : spec.options().keySet()) {
            if (!known.contains(option)) {
                throw refusal(
                        "unknown option '"
                                + option
                                + "'. Hint: known options are "
                                + (known.isEmpty() ? "none" : String.join(", ", known)));
            }
        }
    }
}
