package org.limelm.core.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Generates the JSON schema of a configuration from its records and their {@link Doc} annotations,
 * for editors and validators.
 *
 * <p>The schema accepts the structures that {@link ConfigLoader} reads: the same keys, the types of
 * their values, a word in place of a group or a list where one is allowed. Checks of a record's
 * constructor, such as ranges, are not part of it.
 *
 * @see <a href="https://json-schema.org/draft/2020-12">JSON Schema, draft 2020-12</a>
 */
public final class ConfigSchema {
    private static final String DRAFT = "https://json-schema.org/draft/2020-12/schema";
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private static final String FREE_KEYS = "additionalProperties";
    private static final String ANY_OF = "anyOf";
    private static final String NULL = "null";
    private static final String OBJECT = "object";
    private static final String PROPERTIES = "properties";
    private static final String REQUIRED = "required";
    private static final String TYPE = "type";

    private ConfigSchema() {}

    /**
     * Returns the schema of a configuration.
     *
     * @param title its title
     * @throws IllegalStateException if a component has no {@link Doc}
     */
    public static JsonNode of(Class<? extends Record> type, String title) {
        ObjectNode schema = JSON.objectNode().put("$schema", DRAFT).put("title", title);
        schema.setAll(group(type, RecordBinder.defaults(type)));
        return schema;
    }

    private static ObjectNode value(Type type, Optional<Object> base) {
        if (type instanceof ParameterizedType generic) {
            return container(generic, base);
        }
        Class<?> plain = (Class<?>) type;
        if (ScalarTypes.isScalar(plain)) {
            return ScalarSchema.of(plain);
        }
        if (plain.isSealed()) {
            return choice(plain, base);
        }
        Optional<TextForm> text = TextForm.of(plain);
        if (text.filter(TextForm::isOnlyForm).isPresent()) {
            return word();
        }
        ObjectNode group = group(plain, base.or(() -> RecordBinder.defaults(plain)));
        if (text.isEmpty()) {
            return group;
        }
        return anyOf(word(), RecordKeys.hasFree(plain) ? group : withPreset(group));
    }

    private static ObjectNode container(ParameterizedType type, Optional<Object> base) {
        Type[] arguments = type.getActualTypeArguments();
        Type element = arguments[arguments.length - 1];
        if (type.getRawType() == Optional.class) {
            Optional<Object> inner =
                    base.flatMap(optional -> ((Optional<?>) optional).map(Object.class::cast));
            return anyOf(value(element, inner), JSON.objectNode().put(TYPE, NULL));
        }
        ObjectNode item = value(element, Optional.empty());
        if (type.getRawType() == List.class) {
            ObjectNode list = JSON.objectNode().put(TYPE, "array");
            list.set("items", item);
            return scalarForm(element).map(one -> anyOf(list, one)).orElse(list);
        }
        ObjectNode map = nullableObject();
        map.set(FREE_KEYS, item);
        return map;
    }

    /** Returns the schema of a value written as a scalar, which a list of one may be. */
    private static Optional<ObjectNode> scalarForm(Type type) {
        if (!(type instanceof Class<?> plain)) {
            return Optional.empty();
        }
        if (ScalarTypes.isScalar(plain)) {
            return Optional.of(ScalarSchema.of(plain));
        }
        if (plain.isSealed()) {
            return Optional.of(ScalarSchema.oneOf(ChoiceLabels.records(plain).keySet()));
        }
        return TextForm.of(plain).map(text -> word());
    }

    /** Returns the schema of a group of keys; without keys, nothing is written. */
    private static ObjectNode group(Class<?> type, Optional<Object> base) {
        ObjectNode group = nullableObject();
        ObjectNode properties = JSON.objectNode();
        ArrayNode required = JSON.arrayNode();
        addKeys(type, base, properties, required);
        group.set(PROPERTIES, properties);
        if (!required.isEmpty()) {
            group.put(TYPE, OBJECT).set(REQUIRED, required);
        }
        if (RecordKeys.hasFree(type)) {
            group.set(FREE_KEYS, word());
            return group;
        }
        return group.put(FREE_KEYS, false);
    }

    private static void addKeys(
            Class<?> type, Optional<Object> base, ObjectNode properties, ArrayNode required) {
        for (RecordComponent component : type.getRecordComponents()) {
            Optional<Object> value = base.map(record -> RecordBinder.read(component, record));
            if (RecordKeys.areFree(component)) {
                continue;
            }
            if (component.isAnnotationPresent(Inline.class)) {
                Class<?> inline = component.getType();
                addKeys(
                        inline,
                        value.or(() -> RecordBinder.defaults(inline)),
                        properties,
                        required);
                continue;
            }
            ObjectNode property = properties.putObject(component.getName());
            property.put("description", ConfigReference.meaning(type, component));
            value.filter(ConfigSchema::isShownAsDefault)
                    .ifPresent(shown -> property.set("default", YamlWriter.tree(shown)));
            property.setAll(value(component.getGenericType(), value));
            if (value.isEmpty() && isRequired(component.getType())) {
                required.add(component.getName());
            }
        }
    }

    /** The keys of a group show their own defaults. */
    private static boolean isShownAsDefault(Object value) {
        return !(value instanceof Record) || TextForm.of(value.getClass()).isPresent();
    }

    private static boolean isRequired(Class<?> type) {
        return type != Optional.class && !type.isRecord();
    }

    /** Adds the key {@code preset}, which replaces every missing key. */
    private static ObjectNode withPreset(ObjectNode group) {
        ObjectNode preset =
                word().put("description", "the text that the other keys override parts of");
        ObjectNode properties = JSON.objectNode();
        properties.set(RecordBinder.PRESET, preset);
        properties.setAll((ObjectNode) group.get(PROPERTIES));
        group.set(PROPERTIES, properties);
        group.remove(REQUIRED);
        return group;
    }

    /** Returns the schema of a sealed interface: the name of a record, or its keys and its name. */
    private static ObjectNode choice(Class<?> sealed, Optional<Object> base) {
        Map<String, Class<?>> records = ChoiceLabels.records(sealed);
        ObjectNode choice = anyOf(ScalarSchema.oneOf(records.keySet()));
        records.forEach(
                (label, record) ->
                        ((ArrayNode) choice.get(ANY_OF)).add(choice(label, record, base)));
        return choice;
    }

    private static ObjectNode choice(String label, Class<?> record, Optional<Object> base) {
        Optional<Object> inherited = base.filter(record::isInstance);
        ObjectNode group = group(record, inherited.or(() -> RecordBinder.defaults(record)));
        ObjectNode properties = JSON.objectNode();
        properties.putObject(RecordBinder.KIND).put("const", label);
        properties.setAll((ObjectNode) group.get(PROPERTIES));
        group.set(PROPERTIES, properties);
        if (inherited.isEmpty()) {
            group.put(TYPE, OBJECT).withArray(REQUIRED).insert(0, RecordBinder.KIND);
        }
        return group;
    }

    private static ObjectNode word() {
        return ScalarSchema.of(String.class);
    }

    private static ObjectNode nullableObject() {
        ObjectNode object = JSON.objectNode();
        object.putArray(TYPE).add(OBJECT).add(NULL);
        return object;
    }

    private static ObjectNode anyOf(ObjectNode... forms) {
        ObjectNode choice = JSON.objectNode();
        choice.putArray(ANY_OF).addAll(List.of(forms));
        return choice;
    }
}
