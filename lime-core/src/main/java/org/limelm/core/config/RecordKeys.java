package org.limelm.core.config;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The keys that a record has in a configuration. */
final class RecordKeys {
    private RecordKeys() {}

    /** Returns the keys of a record's group, without those that an {@link Inline} map takes. */
    static List<String> of(Class<?> type) {
        List<String> keys = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            if (areFree(component)) {
                continue;
            }
            if (component.isAnnotationPresent(Inline.class)) {
                keys.addAll(of(component.getType()));
            } else {
                keys.add(component.getName());
            }
        }
        return keys;
    }

    /** Returns whether a record takes keys of any name, besides those of its components. */
    static boolean hasFree(Class<?> type) {
        return Arrays.stream(type.getRecordComponents()).anyMatch(RecordKeys::areFree);
    }

    /** Returns whether a component takes all keys that are not those of another component. */
    static boolean areFree(RecordComponent component) {
        return component.isAnnotationPresent(Inline.class) && component.getType() == Map.class;
    }
}
