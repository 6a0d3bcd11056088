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
 * Under which names the entity types of gold files and of models meet: both sides are renamed, so
 * that {@code PERSON=PER} joins the two whichever side has which. A type renamed to {@link
 * #LEFT_OUT} counts on neither side.
 *
 * @param names new names by old ones
 */
record TypeNames(Map<String, String> names) {
    /** The new name of types that are left out. */
    static final String LEFT_OUT = "O";

    TypeNames {
        names = Map.copyOf(names);
    }

    /** Returns the name under which a type counts. */
    String of(String type) {
        return names.getOrDefault(type, type);
    }

    /**
     * Checks that the models know every type of a gold file, save for those that were named.
     *
     * @param gold how often each type occurs in the gold file
     * @param known types of the models
     * @throws ConfigException naming the types that do not meet
     */
    void requireKnown(String file, Map<String, Integer> gold, Collection<String> known) {
        Set<String> meeting = new TreeSet<>(names.keySet());
        meeting.addAll(names.values());
        known.forEach(type -> meeting.add(of(type)));
        Map<String, Integer> unknown = new TreeMap<>(gold);
        unknown.keySet().removeIf(type -> meeting.contains(of(type)));
        if (!unknown.isEmpty()) {
            String example = unknown.keySet().iterator().next();
            throw new ConfigException(
                    "[%s] the models do not know these entity types of the gold file: %s. Known: %s. Hint: --types KNOWN=%s counts both as one, %s=O leaves it out, %s=%s counts it as missed"
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
     * Returns a remark on types that the models found and the gold file never has: they count
     * against precision.
     *
     * @param found how often each type was found, after renaming
     * @param gold how often each type occurs in the gold file, before renaming
     */
    List<String> remarks(String file, Map<String, Integer> found, Map<String, Integer> gold) {
        Map<String, Integer> foreign = new TreeMap<>(found);
        gold.keySet().forEach(type -> foreign.remove(of(type)));
        List<String> remarks = new ArrayList<>();
        if (!foreign.isEmpty()) {
            remarks.add(
                    String.format(
                            Locale.ROOT,
                            "[%s] the models also find types that this file never has, all of which count as wrong: %s. Hint: --types %s=O leaves a type out",
                            file,
                            counts(foreign),
                            foreign.keySet().iterator().next()));
        }
        return remarks;
    }

    private static String counts(Map<String, Integer> types) {
        return types.entrySet().stream()
                .map(type -> type.getKey() + " (" + type.getValue() + ")")
                .collect(Collectors.joining(", "));
    }
}
