package org.limelm.train.data;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A ring of reused off-heap buffers in which batches are staged. Direct buffers are freed only by
 * the garbage collector, which does not account for their size, so they are reused.
 *
 * <p>Not thread-safe.
 */
final class StagingRing {
    private static final ByteBuffer NONE = ByteBuffer.allocateDirect(0);

    private final int size;
    private final List<HostBatch> batches = new ArrayList<>();
    private final List<ByteBuffer> buffers = new ArrayList<>();
    private int next;

    /** Creates a ring that stages up to the given number of batches at a time. */
    StagingRing(int size) {
        this.size = size;
    }

    /** Stages a batch in the buffer of the least recently staged batch. */
    void stage(HostBatch batch) {
        ByteBuffer buffer = NONE;
        if (batches.size() == size) {
            batches.get(next).unstage();
            buffer = buffers.get(next);
        } else {
            batches.add(batch);
            buffers.add(buffer);
        }
        if (buffer.capacity() < batch.stagedBytes()) {
            buffer = ByteBuffer.allocateDirect(batch.stagedBytes());
        }
        batch.stage(buffer);
        batches.set(next, batch);
        buffers.set(next, buffer);
        next = (next + 1) % size;
    }
}
