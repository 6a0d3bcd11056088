package org.limelm.train.overview;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.limelm.core.LimeException;
import org.limelm.core.config.ConfigEntry;
import org.limelm.core.config.ConfigLoader;
import org.limelm.train.config.RunConfig;
import org.limelm.train.record.RunFolder;

/**
 * The configurations of two runs side by side.
 *
 * @param first name of the first
 * @param second name of the second
 * @param keys the keys, in the order of the configuration
 */
public record ConfigDifference(String first, String second, List<Key> keys) {
    private static final String ABSENT = "–";

    /**
     * A key with its two values as JSON; null where a configuration does not have it.
     *
     * @param key the dotted key
     * @param first value in the first configuration
     * @param second value in the second configuration
     */
    public record Key(String key, JsonNode first, JsonNode second) {
        /** Returns whether the values differ. */
        public boolean differs() {
            return !first.equals(second);
        }
    }

    /** Copies the keys. */
    public ConfigDifference {
        keys = List.copyOf(keys);
    }

    /**
     * Compares two configurations.
     *
     * @param first a run folder, or a configuration file
     * @param second a run folder, or a configuration file
     * @throws LimeException if one of them cannot be read
     */
    public static ConfigDifference between(Path first, Path second) {
        return of(first.toString(), load(first), second.toString(), load(second));
    }

    /** Returns how a configuration differs from the defaults. */
    static ConfigDifference fromDefaults(String name, RunConfig config) {
        return of(ConfigEntry.DEFAULT, RunConfig.defaults(), name, config).different();
    }

    private static RunConfig load(Path run) {
        Path file = Files.isDirectory(run) ? new RunFolder(run).config() : run;
        return ConfigLoader.load(RunConfig.class, file, List.of());
    }

    private static ConfigDifference of(
            String first, RunConfig ofFirst, String second, RunConfig ofSecond) {
        Map<String, JsonNode> left = values(ofFirst);
        Map<String, JsonNode> right = values(ofSecond);
        Set<String> names = new LinkedHashSet<>(left.keySet());
        names.addAll(right.keySet());
        List<Key> keys = new ArrayList<>();
        for (String name : names) {
            keys.add(
                    new Key(
                            name,
                            left.getOrDefault(name, NullNode.getInstance()),
                            right.getOrDefault(name, NullNode.getInstance())));
        }
        return new ConfigDifference(first, second, keys);
    }

    private static Map<String, JsonNode> values(RunConfig config) {
        Map<String, JsonNode> values = new LinkedHashMap<>();
        for (ConfigEntry entry : ConfigLoader.entries(config)) {
            values.put(entry.key(), entry.value());
        }
        return values;
    }

    /** Returns the keys whose values differ. */
    public ConfigDifference different() {
        return new ConfigDifference(first, second, keys.stream().filter(Key::differs).toList());
    }

    /** Returns the names of the columns of {@link #rows}. */
    public List<String> header() {
        return List.of("key", first, second);
    }

    /** Returns the cells of each key. */
    public List<List<String>> rows() {
        return keys.stream()
                .map(key -> List.of(key.key(), text(key.first()), text(key.second())))
                .toList();
    }

    private static String text(JsonNode value) {
        return value.isNull()
                ? ABSENT
                : new ConfigEntry("", value, ConfigEntry.DEFAULT, false).text();
    }
}
