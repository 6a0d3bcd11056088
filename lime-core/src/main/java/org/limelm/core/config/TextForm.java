package org.limelm.core.config;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Optional;
import org.limelm.core.ConfigException;

/**
 * The form in which a record is written as one string instead of a group of keys: it is read by the
 * record's {@code @JsonCreator}, a static method with one string parameter, and written by its
 * {@code @JsonValue}, a method that returns such a string. JSON uses the same two methods.
 */
final class TextForm {
    private final Class<?> type;
    private final Method creator;
    private final Method value;

    private TextForm(Class<?> type, Method creator, Method value) {
        this.type = type;
        this.creator = creator;
        this.value = value;
    }

    /** Returns the text form of a type; empty if it is not a record or has none. */
    static Optional<TextForm> of(Class<?> type) {
        if (!type.isRecord()) {
            return Optional.empty();
        }
        Optional<Method> creator =
                Arrays.stream(type.getDeclaredMethods())
                        .filter(method -> method.isAnnotationPresent(JsonCreator.class))
                        .filter(
                                method ->
                                        Arrays.equals(
                                                method.getParameterTypes(),
                                                new Class<?>[] {String.class}))
                        .findFirst();
        Optional<Method> value =
                Arrays.stream(type.getDeclaredMethods())
                        .filter(method -> method.isAnnotationPresent(JsonValue.class))
                        .filter(method -> method.getReturnType() == String.class)
                        .findFirst();
        return creator.flatMap(create -> value.map(write -> new TextForm(type, create, write)));
    }

    /**
     * Returns whether the record has no group form: a single key would say no more than the text.
     */
    boolean isOnlyForm() {
        return type.getRecordComponents().length == 1;
    }

    /**
     * Parses the record.
     *
     * @throws ConfigException if the text is invalid
     */
    Object parse(ConfigNode.Scalar scalar, String key) {
        try {
            creator.setAccessible(true);
            return creator.invoke(null, scalar.text());
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof ConfigException refusal) { // already names its section
                throw new ConfigException(
                        "[%s] %s".formatted(scalar.location(), refusal.getMessage()), refusal);
            }
            if (e.getCause() instanceof IllegalArgumentException refusal) {
                throw new ConfigException(
                        "[%s] %s: %s".formatted(scalar.location(), key, refusal.getMessage()),
                        refusal);
            }
            throw new IllegalStateException("Reading " + type + " failed", e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("Reading " + type + " failed", e);
        }
    }

    /** Returns the text that {@link #parse} parses to this record. */
    String format(Object record) {
        try {
            value.setAccessible(true);
            return (String) value.invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("Writing " + type + " failed", e);
        }
    }
}
