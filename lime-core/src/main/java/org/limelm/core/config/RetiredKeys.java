package org.limelm.core.config;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.limelm.core.ConfigException;

/** Drops {@link Retired} keys whose value means what a record does by default. */
final class RetiredKeys {
    private RetiredKeys() {}

    /**
     * Returns the entries of a group without its retired keys.
     *
     * @param parent the dotted key of the group; empty at the root
     * @throws ConfigException if the value is not a group of keys, or a retired key has another
     *     value
     */
    static Map<String, ConfigNode> without(ConfigNode group, Class<?> type, String parent) {
        Map<String, ConfigNode> kept = GroupEntries.of(group, parent);
        for (Retired retired : type.getAnnotationsByType(Retired.class)) {
            kept = without(kept, Arrays.asList(retired.key().split("\\.")), retired, parent);
        }
        return kept;
    }

    private static Map<String, ConfigNode> without(
            Map<String, ConfigNode> entries, List<String> path, Retired retired, String parent) {
        String name = path.get(0);
        @Nullable ConfigNode node = entries.get(name);
        if (node == null) {
            return entries;
        }
        Map<String, ConfigNode> kept = new LinkedHashMap<>(entries);
        kept.remove(name);
        if (path.size() == 1) {
            requireDefault(node, retired, parent);
        } else if (node instanceof ConfigNode.Mapping group) {
            Map<String, ConfigNode> inner =
                    without(group.entries(), path.subList(1, path.size()), retired, parent);
            if (!inner.isEmpty()) {
                kept.put(name, new ConfigNode.Mapping(inner, group.location()));
            }
        } else {
            return entries;
        }
        return kept;
    }

    private static void requireDefault(ConfigNode node, Retired retired, String parent) {
        if (!(node instanceof ConfigNode.Scalar scalar) || !scalar.text().equals(retired.value())) {
            throw new ConfigException(
                    "[%s] key '%s' is %s, but was replaced by %s"
                            .formatted(
                                    node.location(),
                                    parent.isEmpty() ? retired.key() : parent + "." + retired.key(),
                                    node.describe(),
                                    retired.replacement()));
        }
    }
}
