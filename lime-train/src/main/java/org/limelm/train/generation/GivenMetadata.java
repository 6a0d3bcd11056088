package org.limelm.train.generation;

import java.util.List;
import org.limelm.core.metadata.Feature;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.model.generate.MetadataSource;

/**
 * Tags chosen by the caller for each position: the plan that a LIME+1 model follows. Position 0 is
 * the first token of the prompt. For LIME+1, the tags at position i describe token i + 1.
 */
public final class GivenMetadata implements MetadataSource {
    private final MetadataSchema tables;
    private final Plan plan;
    private long position;

    /** The caller's choice of tags. */
    @FunctionalInterface
    public interface Plan {
        /** Returns the tag names at a position, one per table, in order. */
        List<String> tagsAt(long position);
    }

    /** Starts a new text. */
    public GivenMetadata(MetadataSchema tables, Plan plan) {
        this.tables = tables;
        this.plan = plan;
    }

    /** Returns a source with the same tags at every position. */
    public static GivenMetadata always(MetadataSchema tables, List<String> tags) {
        List<String> fixed = List.copyOf(tags);
        return new GivenMetadata(tables, position -> fixed);
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if the plan returns an unknown tag, or not one tag per table
     */
    @Override
    public int[] tagsFor(int token) {
        List<String> names = plan.tagsAt(position);
        if (names.size() != tables.size()) {
            throw new IllegalArgumentException(
                    "[position %d] %d tags given, expected one for each of %s"
                            .formatted(position, names.size(), tables.names()));
        }
        position++;
        int[] ids = new int[names.size()];
        for (int i = 0; i < ids.length; i++) {
            Feature table = tables.features().get(i);
            ids[i] = table.id(names.get(i));
        }
        return ids;
    }
}
