package org.limelm.annotate.training;

import java.nio.file.Path;
import java.util.ArrayList;
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

    public CoarseEntities {
        files = List.copyOf(files);
        names = Map.copyOf(names);
    }

    /**
     * Reads all sentences.
     *
     * @param types the types of the models, the most frequent one first
     * @return sentences with ambiguous tags: {@code B-GPE|LOC|FAC}
     * @throws ConfigException if a type of a file is none of the coarse ones
     */
    List<EntitySentence> read(List<String> types) {
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
