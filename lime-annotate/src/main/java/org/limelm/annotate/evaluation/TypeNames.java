package org.limelm.annotate.evaluation;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.limelm.core.ConfigException;

/**
 * Renames entity types so that those of gold files and models match. Both sides are renamed, so
 * {@code PERSON=PER} matches the two names whichever side uses which. A type renamed to {@link
 * #LEFT_OUT} is ignored on both sides.
 *
 * @param names new names by old name
 */
record TypeNames(Map<String, String> names) {
    /** The new name of types that are ignored. */
    static final String LEFT_OUT = "O";

    TypeNames {
        names = Map.copyOf(names);
    }

    /** Returns the name under which a type is counted. */
    String of(String type) {
        return names.getOrDefault(type, type);
    }

    /**
     * Checks that the models know every type of a gold file, except for renamed ones.
     *
     * @param gold how often each type occurs in the gold file
     * @param known types of the models
     * @throws ConfigException if a type is unknown to the models
     */
    void requireKnown(String file, Map<String, Integer> gold, Collection<String> known) {
        Set<String> matched = new TreeSet<>(names.keySet());
        matched.addAll(names.values());
        known.forEach(type -> matched.add(of(type)));
        Map<String, Integer> unknown = new TreeMap<>(gold);
        unknown.keySet().removeIf(type -> matched.contains(of(type)));
        if (!unknown.isEmpty()) {
            String example = unknown.keySet().iterator().next();
            throw new ConfigException(
                    "[%s] the models do not know these entity types of the gold file: %s. Known: %s. Hint: --types KNOWN=%s counts both as one type, %s=O ignores it, %s=%s counts it as missed"
                            .formatted(
                                    file,
                                    counts(unknown),
                                    String.join(", ", known),
                                    example,
                                    example,
                                    example,
                                    example));
        }
    }

    /**
     * Returns a remark on types that the models found but the gold file does not contain; they
     * count against precision.
     *
     * @param found how often each type was found, after renaming
     * @param gold how often each type occurs in the gold file, before renaming
     */
    List<String> remarks(String file, Map<String, Integer> found, Map<String, Integer> gold) {
        Map<String, Integer> unexpected = new TreeMap<>(found);
        gold.keySet().forEach(type -> unexpected.remove(of(type)));
        List<String> remarks = new ArrayList<>();
        if (!unexpected.isEmpty()) {
            remarks.add(
                    String.format(
                            Locale.ROOT,
                            "[%s] the models also found types that this file does not contain, all of which count as wrong: %s. Hint: --types %s=O ignores a type",
                            file,
                            counts(unexpected),
                            unexpected.keySet().iterator().next()));
        }
        return remarks;
    }

    private static String counts(Map<String, Integer> types) {
        return types.entrySet().stream()
                .map(type -> type.getKey() + " (" + type.getValue() + ")")
                .collect(Collectors.joining(", "));
    }
}
