package org.limelm.core.config;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.limelm.core.ConfigException;
import org.limelm.core.LimeException;
import org.limelm.core.io.InputFile;

/**
 * Reads configurations into records.
 *
 * <p>Each key is a component of the record. A missing key takes its value from the record's {@code
 * static defaults()}; without that method, a missing {@code Optional} is empty and any other
 * missing key is an error. Components may be {@code boolean}, {@code int}, {@code long}, {@code
 * double}, {@code String}, {@link Path}, {@link java.time.Duration}, enums, records, sealed
 * interfaces of records (selected by the key {@code kind}, or by that name alone), and {@code
 * Optional}, {@code List} and {@code Map<String, …>} of those. A list or map replaces the default
 * entirely. A record with a {@code @JsonCreator} and a {@code @JsonValue} of one string may be
 * written as that string; in its group of keys, the key {@code preset} holds the string, and the
 * other keys override parts of it. The keys of an {@link Inline} component are those of the record
 * that has it.
 *
 * <p>Parsing is strict: unknown and duplicate keys, wrong types, anchors, aliases and tags are
 * rejected with file and line. An {@link IllegalArgumentException} from a record's constructor is
 * reported in the same way.
 */
public final class ConfigLoader {
    private static final int MAX_FILE_BYTES = 1 << 20;

    private static final List<String> NULLS = List.of("", "~", "null");

    /** First characters of an override's value that mark it as YAML rather than plain text. */
    private static final String YAML_STARTS = "[{\"'";

    private ConfigLoader() {}

    /**
     * Loads a file and applies overrides in order.
     *
     * @param overrides {@code key.sub=value}; a value that starts with a bracket, a brace or a
     *     quote is YAML: {@code [a, b]}, {@code {x: 1}}, {@code "a"}; {@code null}, {@code ~} and
     *     an empty value are null; any other value is taken literally, including spaces, colons and
     *     {@code #}
     * @throws LimeException if the file cannot be read
     * @throws ConfigException if the file or an override is invalid
     */
    public static <T extends Record> T load(Class<T> type, Path yaml, List<String> overrides) {
        return parse(type, read(yaml), yaml.toString(), overrides);
    }

    /**
     * Loads a file, applies overrides in order, and lists every key of the configuration with its
     * value and where that was set.
     *
     * @param completion sets what depends on more than the configuration; values that it changes
     *     are listed as adjusted
     * @throws LimeException if the file cannot be read
     * @throws ConfigException if the file or an override is invalid
     */
    public static <T extends Record> List<ConfigEntry> entries(
            Class<T> type, Path yaml, List<String> overrides, UnaryOperator<T> completion) {
        ConfigNode root = tree(read(yaml), yaml.toString(), overrides);
        return ConfigEntries.of(completion.apply(bind(type, root)), root);
    }

    /** Lists every key of a configuration with its value, as set by default. */
    public static List<ConfigEntry> entries(Record config) {
        return ConfigEntries.of(config, ConfigNode.Mapping.empty(ConfigEntry.DEFAULT));
    }

    private static String read(Path yaml) {
        return InputFile.readString(
                yaml,
                MAX_FILE_BYTES,
                () ->
                        new ConfigException(
                                "[%s] larger than %,d bytes. Hint: is it a configuration?"
                                        .formatted(yaml, MAX_FILE_BYTES)));
    }

    /**
     * Parses a configuration and applies overrides in order.
     *
     * @param where name of its source in error messages
     * @throws ConfigException if the text or an override is invalid
     */
    public static <T extends Record> T parse(
            Class<T> type, String yaml, String where, List<String> overrides) {
        return bind(type, tree(yaml, where, overrides));
    }

    private static ConfigNode tree(String yaml, String where, List<String> overrides) {
        ConfigNode root = YamlReader.read(yaml, line -> where + ":" + line);
        for (String override : overrides) {
            root = apply(root, override);
        }
        return root;
    }

    private static <T extends Record> T bind(Class<T> type, ConfigNode root) {
        return type.cast(RecordBinder.record(root, type, RecordBinder.defaults(type), ""));
    }

    /** Returns the configuration as YAML with every key, which loads to an equal record. */
    public static String toYaml(Record config) {
        return YamlWriter.write(config);
    }

    private static ConfigNode apply(ConfigNode root, String override) {
        String location = "override '" + override + "'";
        int equals = override.indexOf('=');
        List<String> path =
                Arrays.asList(override.substring(0, Math.max(0, equals)).split("\\.", -1));
        if (path.stream().anyMatch(String::isBlank)) {
            throw new ConfigException("[" + location + "] expected key.sub=value");
        }
        return put(
                Optional.of(root), path, value(override.substring(equals + 1), location), location);
    }

    private static ConfigNode value(String text, String location) {
        if (NULLS.contains(text)) {
            return new ConfigNode.Nothing(location);
        }
        if (isLiteral(text)) {
            return new ConfigNode.Scalar(text, location);
        }
        // Inside brackets, a comment that would hide the rest of the value is an error.
        ConfigNode list = YamlReader.read("[" + text + "]", line -> location);
        if (list instanceof ConfigNode.Sequence values && values.items().size() == 1) {
            return values.items().get(0);
        }
        throw new ConfigException("[" + location + "] expected one value. Hint: check the quotes");
    }

    /** Returns whether an override takes a value literally, as a scalar. */
    static boolean isLiteral(String text) {
        return !NULLS.contains(text) && YAML_STARTS.indexOf(text.charAt(0)) < 0;
    }

    /** Returns the node with the value set at a path, creating missing groups. */
    private static ConfigNode put(
            Optional<ConfigNode> node, List<String> path, ConfigNode value, String location) {
        if (path.isEmpty()) {
            return value;
        }
        ConfigNode.Mapping mapping =
                node.orElse(null) instanceof ConfigNode.Mapping existing
                        ? existing
                        : ConfigNode.Mapping.empty(location);
        if (node.orElse(null) instanceof ConfigNode.Scalar word) {
            mapping.entries().put(ConfigNode.Mapping.WORD, word); // resolved when it is bound
        }
        String key = path.get(0);
        Optional<ConfigNode> child = Optional.ofNullable(mapping.entries().get(key));
        mapping.entries().put(key, put(child, path.subList(1, path.size()), value, location));
        return mapping;
    }
}
