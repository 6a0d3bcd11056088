package org.limelm.train.generation;

import java.util.ArrayDeque;
import java.util.Deque;
import org.limelm.model.generate.MetadataSource;

/** Delays the tags of another source by some positions, for arms with a negative shift. */
final class DelayedMetadata implements MetadataSource {
    private final MetadataSource source;
    private final Deque<int[]> delayed = new ArrayDeque<>();

    /**
     * Starts a new text.
     *
     * @param positions length of the delay; the first positions have tag NONE in every table
     * @param tables number of tables of the model
     */
    DelayedMetadata(MetadataSource source, int positions, int tables) {
        this.source = source;
        for (int i = 0; i < positions; i++) {
            delayed.add(new int[tables]);
        }
    }

    @Override
    public int[] tagsFor(int token) {
        delayed.add(source.tagsFor(token));
        return delayed.remove();
    }
}
