package org.limelm.core.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.limelm.core.ConfigException;

/** Extracts the entries of a group of keys. */
final class GroupEntries {
    private GroupEntries() {}

    /**
     * Returns a copy of the entries of a group.
     *
     * @param word the key for a scalar that was written instead of the group, possibly before
     *     overrides
     */
    static Map<String, ConfigNode> of(ConfigNode node, String key, String word) {
        if (node instanceof ConfigNode.Scalar) {
            return new LinkedHashMap<>(Map.of(word, node));
        }
        Map<String, ConfigNode> entries = new LinkedHashMap<>();
        if (node instanceof ConfigNode.Mapping mapping) {
            entries.putAll(mapping.entries());
            ConfigNode scalar = entries.remove(ConfigNode.Mapping.WORD);
            if (scalar != null) {
                entries.putIfAbsent(word, scalar);
            }
            return entries;
        }
        entries.putAll(of(node, key));
        return entries;
    }

    /**
     * Returns the entries of a group of keys; empty if nothing was written.
     *
     * @throws ConfigException if the value is not a group of keys
     */
    static Map<String, ConfigNode> of(ConfigNode node, String key) {
        if (node instanceof ConfigNode.Mapping mapping) {
            ConfigNode word = mapping.entries().get(ConfigNode.Mapping.WORD);
            if (word != null) {
                throw ScalarTypes.mismatch(word, key, "a group of keys");
            }
            return mapping.entries();
        }
        if (node instanceof ConfigNode.Nothing) {
            return Map.of();
        }
        throw ScalarTypes.mismatch(
                node, key.isEmpty() ? "the configuration" : key, "a group of keys");
    }

    /** Rejects unknown keys. */
    static void rejectUnknown(Map<String, ConfigNode> entries, List<String> known, String parent) {
        entries.forEach(
                (name, value) -> {
                    if (!known.contains(name)) {
                        throw new ConfigException(
                                "[%s] unknown key '%s'%s. %s"
                                        .formatted(
                                                value.location(),
                                                name,
                                                parent.isEmpty() ? "" : " in '" + parent + "'",
                                                NearestName.hint(name, known)));
                    }
                });
    }
}
