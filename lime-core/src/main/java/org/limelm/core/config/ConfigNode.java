package org.limelm.core.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A parsed value that is not yet bound to a type, with its location: {@code file:line}, or the
 * override that set it.
 */
sealed interface ConfigNode {
    /** Returns the location, for messages. */
    String location();

    /** Returns a short description of the value, for messages. */
    String describe();

    /** A null: {@code null}, {@code ~} or nothing. */
    record Nothing(String location) implements ConfigNode {
        @Override
        public String describe() {
            return "nothing";
        }
    }

    /** A number, word or string, as text; its type depends on the key it is bound to. */
    record Scalar(String text, String location) implements ConfigNode {
        @Override
        public String describe() {
            return "'" + text + "'";
        }
    }

    /** A list. */
    record Sequence(List<ConfigNode> items, String location) implements ConfigNode {
        @Override
        public String describe() {
            return "a list";
        }
    }

    /** Keys and values in source order; mutable while overrides are applied. */
    record Mapping(Map<String, ConfigNode> entries, String location) implements ConfigNode {
        /** Key of the scalar that was written here before an override set keys below it. */
        static final String WORD = "";

        static Mapping empty(String location) {
            return new Mapping(new LinkedHashMap<>(), location);
        }

        @Override
        public String describe() {
            return "a group of keys";
        }
    }
}
