package org.limelm.annotate.training;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.limelm.annotate.treebank.EntityFile;
import org.limelm.annotate.treebank.EntitySentence;
import org.limelm.core.ConfigException;

/**
 * Entity files whose types are coarser than those of the models: {@code LOC} where the models
 * distinguish {@code GPE}, {@code LOC} and {@code FAC}. Such a file says where entities are, and
 * which types each may have.
 *
 * @param files BIO files
 * @param names coarse type by type of the models; a type without an entry has the same name in both
 */
public record CoarseEntities(List<Path> files, Map<String, String> names) {
    /** No files. */
    public static final CoarseEntities NONE = new CoarseEntities(List.of(), Map.of());

    /**
     * Copies the files and names.
     *
     * @throws ConfigException if there are names but no files
     */
    public CoarseEntities {
        files = List.copyOf(files);
        names = Collections.unmodifiableMap(new TreeMap<>(names));
        if (files.isEmpty() && !names.isEmpty()) {
            throw new ConfigException(
                    "[annotator train] --types names types in coarse entity files, of which there are none. Hint: specify --coarse-ner FILE.tsv");
        }
    }

    /** Returns what a list of models says about these files; empty if there are none. */
    String description() {
        Map<String, Integer> times = new TreeMap<>();
        files.forEach(file -> times.merge(String.valueOf(file.getFileName()), 1, Integer::sum));
        return files.isEmpty() ? "" : ", coarse entities of " + times + " with types " + names;
    }

    /**
     * Reads all sentences.
     *
     * @param fine sentences with the types of the models
     * @return sentences with ambiguous tags, see {@link GoldTags}
     * @throws ConfigException if a type of a file is none of the coarse ones, or a named type none
     *     of the models
     */
    List<EntitySentence> read(List<EntitySentence> fine) {
        List<String> types = types(fine);
        for (String name : names.keySet()) {
            if (!types.contains(name)) {
                throw new ConfigException(
                        "[annotator train] --types %s=%s: the entity files of --ner have no type '%s', only %s"
                                .formatted(name, names.get(name), name, types));
            }
        }
        Map<String, String> ambiguous = new HashMap<>();
        for (String type : types) {
            ambiguous.merge(
                    names.getOrDefault(type, type), type, (all, one) -> all + GoldTags.OR + one);
        }
        List<EntitySentence> sentences = new ArrayList<>();
        for (Path file : files) {
            for (EntitySentence sentence : EntityFile.readAll(List.of(file))) {
                sentences.add(
                        new EntitySentence(
                                sentence.startsDocument(),
                                sentence.words(),
                                sentence.tags().stream()
                                        .map(tag -> ambiguous(file, tag, ambiguous))
                                        .toList()));
            }
        }
        return sentences;
    }

    /** Returns the types of entities, the most frequent one first. */
    private static List<String> types(List<EntitySentence> sentences) {
        Map<String, Integer> counts = new HashMap<>();
        for (EntitySentence sentence : sentences) {
            for (String tag : sentence.tags()) {
                if (tag.startsWith("B-")) {
                    counts.merge(tag.substring(2), 1, Integer::sum);
                }
            }
        }
        return counts.keySet().stream()
                .sorted(
                        Comparator.<String, Integer>comparing(counts::get)
                                .reversed()
                                .thenComparing(Comparator.naturalOrder()))
                .toList();
    }

    private static String ambiguous(Path file, String tag, Map<String, String> ambiguous) {
        int dash = tag.indexOf('-');
        if (dash < 0) {
            return tag;
        }
        String coarse = tag.substring(dash + 1);
        String types = ambiguous.get(coarse);
        if (types == null) {
            throw new ConfigException(
                    "[%s] no type of the models corresponds to the type '%s'. Known coarse types: %s. Hint: --types TYPE=%s says which ones do"
                            .formatted(file, coarse, new TreeMap<>(ambiguous).keySet(), coarse));
        }
        return tag.substring(0, dash + 1) + types;
    }
}
