package org.limelm.core.config;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The configuration names of enum constants and of the records of a sealed interface. */
final class ChoiceLabels {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private ChoiceLabels() {}

    /**
     * Returns the name of a constant: its {@code @JsonValue} if there is one, otherwise its Java
     * name in lower case with {@code -} for {@code _}.
     */
    static String ofConstant(Object constant) {
        String own = ((Enum<?>) constant).name();
        String json = MAPPER.convertValue(constant, String.class);
        return json.equals(own) ? own.toLowerCase(Locale.ROOT).replace('_', '-') : json;
    }

    /** Returns the constants of an enum by name. */
    static Map<String, Object> constants(Class<?> type) {
        Map<String, Object> constants = new LinkedHashMap<>();
        for (Object constant : type.getEnumConstants()) {
            constants.put(ofConstant(constant), constant);
        }
        return constants;
    }

    /**
     * Returns the name of a record of a sealed interface: {@code warmup-stable} for {@code
     * WarmupStable}.
     */
    static String ofRecord(Class<?> type) {
        return type.getSimpleName()
                .replaceAll("(?<=[a-z0-9])(?=[A-Z])", "-")
                .toLowerCase(Locale.ROOT);
    }

    /** Returns the records of a sealed interface by name. */
    static Map<String, Class<?>> records(Class<?> sealed) {
        Map<String, Class<?>> records = new LinkedHashMap<>();
        Arrays.stream(sealed.getPermittedSubclasses())
                .forEach(record -> records.put(ofRecord(record), record));
        return records;
    }
}
