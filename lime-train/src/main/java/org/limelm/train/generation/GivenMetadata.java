package org.limelm.train.generation;

import java.util.List;
import org.limelm.core.metadata.Feature;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.model.generate.MetadataSource;

/**
 * Tags that the caller decides, position by position: the plan that a LIME+1 model follows.
 * Position 0 is the first token of the prompt; for LIME+1 the tags at position i describe token i +
 * 1.
 */
public final class GivenMetadata implements MetadataSource {
    private final MetadataSchema tables;
    private final Plan plan;
    private long position;

    /** What the caller knows. */
    @FunctionalInterface
    public interface Plan {
        /** Returns the names of a position's tags, one per table, in order. */
        List<String> tagsAt(long position);
    }

    /** Begins a text. */
    public GivenMetadata(MetadataSchema tables, Plan plan) {
        this.tables = tables;
        this.plan = plan;
    }

    /** Returns the source that gives every position the same tags. */
    public static GivenMetadata always(MetadataSchema tables, List<String> tags) {
        List<String> fixed = List.copyOf(tags);
        return new GivenMetadata(tables, position -> fixed);
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if the plan names an unknown tag, or not one per table
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
