package org.limelm.train.data;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Pieces of memory outside the heap that batches use in turn. Memory outside the heap is freed by
 * the garbage collector alone, which does not see how much of it there is; so it is kept.
 *
 * <p>For one thread.
 */
final class StagingRing {
    private static final ByteBuffer NONE = ByteBuffer.allocateDirect(0);

    private final int size;
    private final List<HostBatch> batches = new ArrayList<>();
    private final List<ByteBuffer> memories = new ArrayList<>();
    private int next;

    /** Makes a ring in which so many batches have their columns staged at a time. */
    StagingRing(int size) {
        this.size = size;
    }

    /** Stages a batch in the memory of the batch that was staged longest ago. */
    void stage(HostBatch batch) {
        ByteBuffer memory = NONE;
        if (batches.size() == size) {
            batches.get(next).unstage();
            memory = memories.get(next);
        } else {
            batches.add(batch);
            memories.add(memory);
        }
        if (memory.capacity() < batch.stagedBytes()) {
            memory = ByteBuffer.allocateDirect(batch.stagedBytes());
        }
        batch.stage(memory);
        batches.set(next, batch);
        memories.set(next, memory);
        next = (next + 1) % size;
    }
}
