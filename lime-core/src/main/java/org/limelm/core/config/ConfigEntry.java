package org.limelm.core.config;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A key of a configuration with its value.
 *
 * @param key the dotted key
 * @param value the value as JSON; null if there is none
 * @param origin where the value was set: {@code default}, {@code file:line} or the override;
 *     several places, separated by commas, for a value set in parts
 * @param adjusted whether the configuration changed the value that was set there, because of other
 *     keys
 */
public record ConfigEntry(String key, JsonNode value, String origin, boolean adjusted) {
    /** The origin of a value that nothing set. */
    public static final String DEFAULT = "default";

    /** Returns the value as text that sets it in an override {@code key=value}. */
    public String text() {
        return value.isTextual() && isPlain(value.textValue())
                ? value.textValue()
                : value.toString();
    }

    private static boolean isPlain(String text) {
        return ConfigLoader.isLiteral(text) && text.chars().noneMatch(Character::isISOControl);
    }
}
