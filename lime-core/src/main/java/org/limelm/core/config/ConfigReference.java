package org.limelm.core.config;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Generates the reference of a configuration from its records and their {@link Doc} annotations.
 */
public final class ConfigReference {
    private static final String TABLE_HEAD =
            "| key | type | default | meaning |\n|---|---|---|---|\n";

    private final StringBuilder out = new StringBuilder(TABLE_HEAD);

    private ConfigReference() {}

    /**
     * Returns a Markdown table with one row per key: its type, default and meaning.
     *
     * @throws IllegalStateException if a component has no {@link Doc}
     */
    public static String markdown(Class<? extends Record> type) {
        ConfigReference reference = new ConfigReference();
        reference.addRecord(type, RecordBinder.defaults(type), "");
        return reference.out.toString();
    }

    private void addRecord(Class<?> type, Optional<Object> defaults, String prefix) {
        for (RecordComponent component : type.getRecordComponents()) {
            if (RecordKeys.areFree(component)) {
                out.append("| `").append(prefix).append("*` | text |  | ");
                out.append(meaning(type, component)).append(" |\n");
                continue;
            }
            if (component.isAnnotationPresent(Inline.class)) {
                addRecord(component.getType(), RecordBinder.defaults(component.getType()), prefix);
                continue;
            }
            String meaning = meaning(type, component);
            String key = prefix + component.getName();
            Optional<Object> value = defaults.map(record -> RecordBinder.read(component, record));
            Type declared = component.getGenericType();
            Type element = element(declared);
            out.append(
                    String.format(
                            Locale.ROOT,
                            "| `%s` | %s | %s | %s |\n",
                            key,
                            describe(declared),
                            value.isPresent() ? describe(value) : withoutDefault(declared),
                            meaning));
            addNested(element, declared, value, key);
        }
    }

    /** Returns the {@link Doc} of a key. */
    static String meaning(Class<?> type, RecordComponent component) {
        Doc doc = component.getAnnotation(Doc.class);
        if (doc == null) {
            throw new IllegalStateException(
                    type.getName() + "." + component.getName() + " has no @Doc");
        }
        return doc.value();
    }

    private void addNested(Type element, Type declared, Optional<Object> value, String key) {
        if (!(element instanceof Class<?> nested)) {
            return;
        }
        String prefix = key + (declared == element || isOptional(declared) ? "." : "[].");
        Optional<Object> inherited =
                value.map(v -> v instanceof Optional<?> optional ? optional.orElse(null) : v);
        if (nested.isRecord() && TextForm.of(nested).map(TextForm::isOnlyForm).orElse(false)) {
            return;
        }
        if (nested.isRecord()) {
            addRecord(
                    nested,
                    inherited.filter(nested::isInstance).or(() -> RecordBinder.defaults(nested)),
                    prefix);
        } else if (nested.isSealed()) {
            ChoiceLabels.records(nested)
                    .forEach(
                            (label, choice) ->
                                    addRecord(
                                            choice,
                                            inherited
                                                    .filter(choice::isInstance)
                                                    .or(() -> RecordBinder.defaults(choice)),
                                            prefix + "(" + label + ")."));
        }
    }

    /** Describes the default of a key whose group has none. */
    private static String withoutDefault(Type declared) {
        if (isOptional(declared)) {
            return "none";
        }
        boolean ownDefaults =
                declared instanceof Class<?> type && RecordBinder.defaults(type).isPresent();
        return ownDefaults ? "" : "required";
    }

    private static Type element(Type type) {
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            return element(arguments[arguments.length - 1]);
        }
        return type;
    }

    private static boolean isOptional(Type type) {
        return type instanceof ParameterizedType generic && generic.getRawType() == Optional.class;
    }

    private static String describe(Type type) {
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            String element = describe(arguments[arguments.length - 1]);
            if (generic.getRawType() == Optional.class) {
                return element + ", optional";
            }
            return (generic.getRawType() == List.class ? "list of " : "map to ") + element;
        }
        Class<?> plain = (Class<?>) type;
        if (ScalarTypes.isScalar(plain)) {
            return ScalarTypes.name(plain);
        }
        if (plain.isSealed()) {
            return "group, `kind` = " + String.join(" \\| ", ChoiceLabels.records(plain).keySet());
        }
        return TextForm.of(plain).map(text -> textForm(plain, text)).orElse("group");
    }

    private static String textForm(Class<?> type, TextForm text) {
        if (text.isOnlyForm()) {
            return "text";
        }
        return RecordKeys.hasFree(type) ? "text, or group" : "text, or group with `preset`";
    }

    private static String describe(Optional<Object> value) {
        Object given = value.orElseThrow();
        if (given instanceof Optional<?> optional) {
            return optional.isEmpty() ? "none" : describe(Optional.of(optional.get()));
        }
        if (given instanceof List<?> list) {
            return list.stream()
                    .map(item -> describe(Optional.of(item)))
                    .collect(Collectors.joining(", ", "[", "]"));
        }
        if (given instanceof Map<?, ?> map) {
            return map.isEmpty() ? "{}" : "see below";
        }
        Optional<TextForm> text = TextForm.of(given.getClass());
        if (text.isPresent()) {
            return "`" + text.orElseThrow().format(given) + "`";
        }
        if (given instanceof Record config) {
            return RecordBinder.choice(config).map(kind -> "`" + kind + "`").orElse("");
        }
        String word = ScalarTypes.format(given).replace("\n", "\\n"); // one line per key
        return word.isEmpty() ? "empty" : "`" + word + "`";
    }
}
