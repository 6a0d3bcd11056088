package org.limelm.train.generation;

import java.util.ArrayDeque;
import java.util.Deque;
import org.limelm.model.generate.MetadataSource;

/** The tags of another source some positions later, for arms whose shift is negative. */
final class LateMetadata implements MetadataSource {
    private final MetadataSource source;
    private final Deque<int[]> waiting = new ArrayDeque<>();

    /**
     * Begins a text.
     *
     * @param positions how much later
     * @param tables of the model; the first positions have NONE in each
     */
    LateMetadata(MetadataSource source, int positions, int tables) {
        this.source = source;
        for (int i = 0; i < positions; i++) {
            waiting.add(new int[tables]);
        }
    }

    @Override
    public int[] tagsFor(int token) {
        waiting.add(source.tagsFor(token));
        return waiting.remove();
    }
}
