package org.limelm.core.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A value as it was written, with its place: {@code file:line}, or the override it came from. */
sealed interface ConfigNode {
    /** Returns the place, for messages. */
    String place();

    /** Returns the value in a few words, for messages. */
    String describe();

    /** A null: {@code null}, {@code ~} or nothing. */
    record Nothing(String place) implements ConfigNode {
        @Override
        public String describe() {
            return "nothing";
        }
    }

    /** A number, word or string, as text; what it means depends on the key that it is for. */
    record Scalar(String text, String place) implements ConfigNode {
        @Override
        public String describe() {
            return "'" + text + "'";
        }
    }

    /** A list. */
    record Sequence(List<ConfigNode> items, String place) implements ConfigNode {
        @Override
        public String describe() {
            return "a list";
        }
    }

    /** Keys and values in the order written; mutable while overrides are put in. */
    record Mapping(Map<String, ConfigNode> entries, String place) implements ConfigNode {
        /** Key of the scalar that stood here before an override put keys in its place. */
        static final String WORD = "";

        static Mapping empty(String place) {
            return new Mapping(new LinkedHashMap<>(), place);
        }

        @Override
        public String describe() {
            return "a group of keys";
        }
    }
}
