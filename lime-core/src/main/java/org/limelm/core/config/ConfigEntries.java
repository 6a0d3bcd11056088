package org.limelm.core.config;

import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Lists the keys of a configuration with their values and where these were set. */
final class ConfigEntries {
    private final List<ConfigEntry> entries = new ArrayList<>();

    private ConfigEntries() {}

    /**
     * Returns one entry for each key.
     *
     * @param config the configuration
     * @param root what was written
     */
    static List<ConfigEntry> of(Record config, ConfigNode root) {
        ConfigEntries result = new ConfigEntries();
        result.addGroup(
                config, GroupEntries.of(root, ""), RecordBinder.defaults(config.getClass()), "");
        return List.copyOf(result.entries);
    }

    private void addGroup(
            Record config, Map<String, ConfigNode> written, Optional<Object> base, String prefix) {
        for (RecordComponent component : config.getClass().getRecordComponents()) {
            Object value = RecordBinder.read(component, config);
            Optional<Object> inherited = base.map(record -> RecordBinder.read(component, record));
            if (RecordKeys.areFree(component)) {
                ((Map<?, ?>) value)
                        .forEach(
                                (name, free) ->
                                        add(
                                                prefix + name,
                                                free,
                                                Optional.ofNullable(written.get((String) name)),
                                                Optional.of(free)));
            } else if (component.isAnnotationPresent(Inline.class)) {
                addGroup((Record) value, written, inherited.or(() -> defaultsOf(value)), prefix);
            } else {
                Optional<ConfigNode> node = Optional.ofNullable(written.get(component.getName()));
                addValue(
                        value,
                        component.getGenericType(),
                        node,
                        inherited,
                        prefix + component.getName());
            }
        }
    }

    private void addValue(
            Object value,
            Type type,
            Optional<ConfigNode> node,
            Optional<Object> inherited,
            String key) {
        boolean isGroup = value instanceof Record && TextForm.of(value.getClass()).isEmpty();
        if (!isGroup) {
            add(key, value, node, bound(type, node, inherited, key));
        } else if (type instanceof Class<?> sealed && sealed.isSealed()) {
            addChoice((Record) value, sealed, node, inherited, key);
        } else {
            addGroup(
                    (Record) value,
                    node.map(group -> GroupEntries.of(group, key)).orElse(Map.of()),
                    inherited.or(() -> defaultsOf(value)),
                    key + ".");
        }
    }

    private void addChoice(
            Record value,
            Class<?> sealed,
            Optional<ConfigNode> node,
            Optional<Object> inherited,
            String key) {
        Map<String, ConfigNode> written =
                node.map(group -> GroupEntries.of(group, key, RecordBinder.KIND)).orElse(Map.of());
        add(
                key + "." + RecordBinder.KIND,
                ChoiceLabels.ofRecord(value.getClass()),
                Optional.ofNullable(written.get(RecordBinder.KIND)),
                bound(sealed, node, inherited, key)
                        .map(record -> ChoiceLabels.ofRecord(record.getClass())));
        addGroup(
                value,
                written,
                inherited.filter(value.getClass()::isInstance).or(() -> defaultsOf(value)),
                key + ".");
    }

    /** Returns the value that was set, before the configuration compared it with other keys. */
    private static Optional<Object> bound(
            Type type, Optional<ConfigNode> node, Optional<Object> inherited, String key) {
        return node.map(written -> RecordBinder.value(written, type, inherited, key))
                .or(() -> inherited);
    }

    private void add(
            String key, Object value, Optional<ConfigNode> node, Optional<Object> expected) {
        boolean adjusted = expected.filter(set -> !set.equals(value)).isPresent();
        String origin =
                node.map(written -> String.join(", ", locations(written, new LinkedHashSet<>())))
                        .orElse(ConfigEntry.DEFAULT);
        entries.add(new ConfigEntry(key, YamlWriter.tree(value), origin, adjusted));
    }

    /** Collects where a value and its parts were written; of a list, where it begins. */
    private static Set<String> locations(ConfigNode node, Set<String> found) {
        if (node instanceof ConfigNode.Mapping mapping && !mapping.entries().isEmpty()) {
            mapping.entries().values().forEach(part -> locations(part, found));
        } else {
            found.add(node.location());
        }
        return found;
    }

    private static Optional<Object> defaultsOf(Object record) {
        return RecordBinder.defaults(record.getClass());
    }
}
