package org.limelm.core.config;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.limelm.core.ConfigException;

/**
 * Binds parsed values to records. A missing key takes its value from the enclosing record's
 * default, or else from the record's own {@code defaults()}.
 */
final class RecordBinder {
    /** Key that selects the record of a sealed interface. */
    static final String KIND = "kind";

    /** Key of the text form of a record whose other keys override parts of it. */
    static final String PRESET = "preset";

    private RecordBinder() {}

    /** Returns the result of a type's {@code static defaults()}, if it has that method. */
    static Optional<Object> defaults(Class<?> type) {
        try {
            Method method = type.getDeclaredMethod("defaults");
            method.setAccessible(true);
            return Optional.of(method.invoke(null));
        } catch (NoSuchMethodException e) {
            return Optional.empty();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type + ".defaults() failed", e);
        }
    }

    /**
     * Builds a record.
     *
     * @param node the parsed value: a mapping, or nothing
     * @param base values of missing keys, if there is a default
     * @param key the dotted key of the record; empty at the root
     * @throws ConfigException if a key is unknown or missing, or a value is invalid
     */
    static Object record(ConfigNode node, Class<?> type, Optional<Object> base, String key) {
        Map<String, ConfigNode> entries = RetiredKeys.without(node, type, key);
        RecordComponent[] components = type.getRecordComponents();
        if (!RecordKeys.hasFree(type)) {
            GroupEntries.rejectUnknown(entries, RecordKeys.of(type), key);
        }
        Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            RecordComponent component = components[i];
            if (RecordKeys.areFree(component)) {
                values[i] = freeKeys(node, entries, component, key);
                continue;
            }
            if (component.isAnnotationPresent(Inline.class)) {
                values[i] = inline(node, entries, component, base, key);
                continue;
            }
            String path = key.isEmpty() ? component.getName() : key + "." + component.getName();
            Optional<Object> inherited = base.map(record -> read(component, record));
            ConfigNode entry = entries.get(component.getName());
            values[i] =
                    entry == null
                            ? missing(node, component.getGenericType(), inherited, path)
                            : value(entry, component.getGenericType(), inherited, path);
        }
        return construct(type, values, node, key);
    }

    /** Builds the map of a component that takes the remaining keys. */
    private static Object freeKeys(
            ConfigNode node,
            Map<String, ConfigNode> entries,
            RecordComponent component,
            String key) {
        Map<String, ConfigNode> free = new LinkedHashMap<>(entries);
        free.keySet().removeAll(RecordKeys.of(component.getDeclaringRecord()));
        return value(
                new ConfigNode.Mapping(free, node.location()),
                component.getGenericType(),
                Optional.empty(),
                key);
    }

    /** Builds the record of an {@link Inline} component from its keys among the entries. */
    private static Object inline(
            ConfigNode node,
            Map<String, ConfigNode> entries,
            RecordComponent component,
            Optional<Object> base,
            String key) {
        Map<String, ConfigNode> own = new LinkedHashMap<>(entries);
        own.keySet().retainAll(RecordKeys.of(component.getType()));
        Optional<Object> inherited = base.map(record -> read(component, record));
        return record(
                new ConfigNode.Mapping(own, node.location()),
                component.getType(),
                inherited.or(() -> defaults(component.getType())),
                key);
    }

    /** Builds a record that may be written as a text, or as keys that override parts of one. */
    private static Object record(
            ConfigNode node, Class<?> type, TextForm text, Optional<Object> base, String key) {
        if (node instanceof ConfigNode.Scalar scalar) {
            return text.parse(scalar, key);
        }
        if (text.isOnlyForm()) {
            throw ScalarTypes.mismatch(node, key, "a word");
        }
        Map<String, ConfigNode> entries = GroupEntries.of(node, key, PRESET);
        ConfigNode preset = entries.remove(PRESET);
        if (preset == null) {
            return record(node, type, base.or(() -> defaults(type)), key);
        }
        if (!(preset instanceof ConfigNode.Scalar scalar)) {
            throw ScalarTypes.mismatch(preset, key + "." + PRESET, "a name");
        }
        return record(
                new ConfigNode.Mapping(entries, node.location()),
                type,
                Optional.of(text.parse(scalar, key + "." + PRESET)),
                key);
    }

    /** Reads a component of a record. */
    static Object read(RecordComponent component, Object record) {
        try {
            Method accessor = component.getAccessor();
            accessor.setAccessible(true);
            return accessor.invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("Reading " + component + " failed", e);
        }
    }

    /** Returns the {@code kind} of a record, if it implements a sealed interface. */
    static Optional<String> choice(Record config) {
        Class<?> type = config.getClass();
        return Arrays.stream(type.getInterfaces())
                .filter(Class::isSealed)
                .findFirst()
                .map(face -> ChoiceLabels.ofRecord(type));
    }

    /**
     * Builds the value of a key.
     *
     * @param base values of missing keys, if there is a default
     * @throws ConfigException if the value is invalid
     */
    static Object value(ConfigNode node, Type type, Optional<Object> base, String key) {
        if (type instanceof ParameterizedType generic) {
            return container(node, generic, base, key);
        }
        Class<?> plain = (Class<?>) type;
        if (ScalarTypes.isScalar(plain)) {
            return ScalarTypes.parse(node, plain, key);
        }
        if (plain.isRecord()) {
            Optional<TextForm> text = TextForm.of(plain);
            return text.isPresent()
                    ? record(node, plain, text.orElseThrow(), base, key)
                    : record(node, plain, base.or(() -> defaults(plain)), key);
        }
        if (plain.isSealed()) {
            return choice(node, plain, base, key);
        }
        throw new IllegalStateException(key + ": configurations cannot hold a " + type);
    }

    private static Object container(
            ConfigNode node, ParameterizedType type, Optional<Object> base, String key) {
        Type[] arguments = type.getActualTypeArguments();
        Type element = arguments[arguments.length - 1];
        if (type.getRawType() == Optional.class) {
            Optional<Object> inner =
                    base.flatMap(optional -> ((Optional<?>) optional).map(Object.class::cast));
            return node instanceof ConfigNode.Nothing
                    ? Optional.empty()
                    : Optional.of(value(node, element, inner, key));
        }
        if (type.getRawType() == List.class) {
            if (node instanceof ConfigNode.Scalar) {
                return List.of(value(node, element, Optional.empty(), key)); // a list of one
            }
            if (!(node instanceof ConfigNode.Sequence sequence)) {
                throw ScalarTypes.mismatch(node, key, "a list: [a, b]");
            }
            List<Object> items = new ArrayList<>();
            for (ConfigNode item : sequence.items()) {
                items.add(value(item, element, Optional.empty(), key + "[" + items.size() + "]"));
            }
            return List.copyOf(items);
        }
        if (type.getRawType() == Map.class && arguments[0] == String.class) {
            Map<String, Object> map = new LinkedHashMap<>();
            for (Map.Entry<String, ConfigNode> entry : GroupEntries.of(node, key).entrySet()) {
                String name = entry.getKey();
                if (!name.matches("[\\w.+-]+")) {
                    throw new ConfigException(
                            "[%s] %s: name '%s' may hold only letters, digits and _ . + -"
                                    .formatted(entry.getValue().location(), key, name));
                }
                map.put(name, value(entry.getValue(), element, Optional.empty(), key + "." + name));
            }
            return Collections.unmodifiableMap(map);
        }
        throw new IllegalStateException(key + ": configurations cannot hold a " + type);
    }

    /** Builds the record of a sealed interface that the key {@code kind} selects. */
    private static Object choice(
            ConfigNode node, Class<?> sealed, Optional<Object> base, String key) {
        Map<String, ConfigNode> entries = GroupEntries.of(node, key, KIND);
        ConfigNode kind = entries.remove(KIND);
        Map<String, Class<?>> choices = ChoiceLabels.records(sealed);
        Class<?> chosen;
        if (kind != null) {
            String label = kind instanceof ConfigNode.Scalar scalar ? scalar.text() : "";
            if (!choices.containsKey(label)) {
                throw ScalarTypes.mismatch(
                        kind,
                        kind == node ? key : key + "." + KIND,
                        "one of " + String.join(", ", choices.keySet()));
            }
            chosen = choices.get(label);
        } else if (base.isPresent()) {
            chosen = base.get().getClass();
        } else {
            throw missingKey(node, key + "." + KIND);
        }
        Class<?> type = chosen;
        return record(
                new ConfigNode.Mapping(entries, node.location()),
                type,
                base.filter(type::isInstance).or(() -> defaults(type)),
                key);
    }

    private static Object missing(
            ConfigNode parent, Type type, Optional<Object> inherited, String key) {
        if (inherited.isPresent()) {
            return inherited.get();
        }
        if (type instanceof ParameterizedType generic && generic.getRawType() == Optional.class) {
            return Optional.empty();
        }
        if (type instanceof Class<?> record && record.isRecord()) {
            return record(
                    ConfigNode.Mapping.empty(parent.location()), record, defaults(record), key);
        }
        throw missingKey(parent, key);
    }

    private static ConfigException missingKey(ConfigNode parent, String key) {
        return new ConfigException(
                "[%s] key '%s' is missing and has no default. Hint: add it"
                        .formatted(parent.location(), key));
    }

    private static Object construct(Class<?> type, Object[] values, ConfigNode node, String key) {
        Class<?>[] types =
                Arrays.stream(type.getRecordComponents())
                        .map(RecordComponent::getType)
                        .toArray(Class<?>[]::new);
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof ConfigException refusal) { // already names its section
                throw new ConfigException(
                        "[%s] %s".formatted(node.location(), refusal.getMessage()), refusal);
            }
            if (e.getCause() instanceof IllegalArgumentException refusal) {
                throw new ConfigException(
                        "[%s] %s%s"
                                .formatted(
                                        node.location(),
                                        key.isEmpty() ? "" : key + ": ",
                                        refusal.getMessage()),
                        refusal);
            }
            throw new IllegalStateException("Creating a " + type + " failed", e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("Creating a " + type + " failed", e);
        }
    }
}
