package org.limelm.train.data;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.limelm.model.decoder.Batch;
import org.limelm.model.internal.torch.HostTransfer;

/**
 * The rows of one micro step in JVM memory: B rows of T positions in row-major order, with F
 * tables.
 *
 * <p>A {@link Prefetcher} also stages the columns that a model reads contiguously in off-heap
 * memory, from which the engine copies them. Without staging, {@link #toBatch} does this itself.
 */
public final class HostBatch {
    private final int rows;
    private final int length;
    private final long[] tokens;
    private final long[] targets;
    private final List<long[]> tags;
    private final List<long[]> tagTargets;
    private final Optional<long[]> documentIds;
    private final int[] targetBytes;
    private final List<RowOrigin> origins;
    private final int predictedTokens;

    /** Tokens, targets, tags, tags to predict, document ids: each (B, T) int64; guarded by this. */
    private @Nullable ByteBuffer staged;

    /**
     * Creates a batch, which takes ownership of the arrays.
     *
     * @param rows B
     * @param length T
     * @param tokens input ids, B·T
     * @param targets ids to predict, or {@link Batch#IGNORED}, B·T
     * @param tags tag ids per table, already shifted, F × B·T
     * @param tagTargets tags of the targets, or {@link Batch#IGNORED}, one B·T per predicted
     *     feature
     * @param documentIds index of the document within its row, B·T, if attention is limited to
     *     documents; otherwise empty
     * @param targetBytes UTF-8 bytes that each target covers, B·T
     * @param origins origin of each row
     */
    public HostBatch(
            int rows,
            int length,
            long[] tokens,
            long[] targets,
            List<long[]> tags,
            List<long[]> tagTargets,
            Optional<long[]> documentIds,
            int[] targetBytes,
            List<RowOrigin> origins) {
        this.rows = rows;
        this.length = length;
        this.tokens = tokens;
        this.targets = targets;
        this.tags = List.copyOf(tags);
        this.tagTargets = List.copyOf(tagTargets);
        this.documentIds = documentIds;
        this.targetBytes = targetBytes;
        this.origins = List.copyOf(origins);
        this.predictedTokens = countPredicted(targets);
    }

    private static int countPredicted(long[] targets) {
        int count = 0;
        for (long target : targets) {
            if (target != Batch.IGNORED) {
                count++;
            }
        }
        return count;
    }

    /** Returns the number of bytes that {@link #stage} writes. */
    int stagedBytes() {
        return Math.multiplyExact(columns(), columnBytes());
    }

    private int columns() {
        return firstTagTarget() + tagTargets.size() + (documentIds.isPresent() ? 1 : 0);
    }

    private int firstTagTarget() {
        return 2 + tags.size();
    }

    private int columnBytes() {
        return Math.multiplyExact(Math.multiplyExact(rows, length), Long.BYTES);
    }

    /**
     * Copies the columns to off-heap memory, which the batch uses until {@link #unstage}.
     *
     * @param memory direct buffer of at least {@link #stagedBytes} bytes
     */
    synchronized void stage(ByteBuffer memory) {
        LongBuffer longs = memory.duplicate().order(ByteOrder.nativeOrder()).asLongBuffer();
        longs.put(tokens).put(targets);
        tags.forEach(longs::put);
        tagTargets.forEach(longs::put);
        documentIds.ifPresent(longs::put);
        staged = memory;
    }

    /** Releases the off-heap memory; the batch remains usable. */
    synchronized void unstage() {
        staged = null;
    }

    /** Copies the batch to the manager's device; the arrays belong to the manager. */
    public synchronized Batch toBatch(NDManager manager) {
        ByteBuffer memory = staged;
        if (memory != null) {
            return copy(manager, memory);
        }
        memory = ByteBuffer.allocateDirect(stagedBytes());
        stage(memory);
        unstage();
        return copy(manager, memory);
    }

    private Batch copy(NDManager manager, ByteBuffer memory) {
        boolean gpu = manager.getDevice().isGpu();
        List<NDArray> arrays = gpu ? toGpu(manager, memory) : toCpu(manager, memory); // (B, T)
        return new Batch(
                arrays.get(0),
                arrays.get(1),
                arrays.subList(2, firstTagTarget()),
                arrays.subList(firstTagTarget(), firstTagTarget() + tagTargets.size()),
                documentIds.map(ids -> arrays.get(columns() - 1)),
                documentIds.filter(ids -> gpu).map(ids -> starts(ids, manager)));
    }

    private List<NDArray> toCpu(NDManager manager, ByteBuffer memory) {
        List<NDArray> arrays = new ArrayList<>();
        for (int column = 0; column < columns(); column++) {
            ByteBuffer part =
                    memory.slice(column * columnBytes(), columnBytes())
                            .order(ByteOrder.nativeOrder());
            try (NDArray shared = manager.create(part, new Shape(rows, length), DataType.INT64)) {
                arrays.add(shared.duplicate()); // another batch will reuse the memory
            }
        }
        return arrays;
    }

    private List<NDArray> toGpu(NDManager manager, ByteBuffer memory) {
        try (NDManager host = manager.newSubManager(Device.cpu())) {
            ByteBuffer all = memory.slice(0, stagedBytes()).order(ByteOrder.nativeOrder());
            Shape shape = new Shape(columns(), rows, length);
            return HostTransfer.copyColumns(host.create(all, shape, DataType.INT64), manager);
        }
    }

    private NDArray starts(long[] ids, NDManager manager) {
        try (NDManager host = manager.newSubManager(Device.cpu())) {
            return HostTransfer.copy(host.create(Batch.documentStarts(ids, length)), manager);
        }
    }

    /** Returns the number of rows B. */
    public int rows() {
        return rows;
    }

    /** Returns the number of positions per row T. */
    public int length() {
        return length;
    }

    /** Returns the input ids, B·T. */
    public long[] tokens() {
        return tokens;
    }

    /** Returns the ids to predict, or {@link Batch#IGNORED}, B·T. */
    public long[] targets() {
        return targets;
    }

    /** Returns the tag ids per table, F × B·T. */
    public List<long[]> tags() {
        return tags;
    }

    /** Returns the tags of the targets, or {@link Batch#IGNORED}, one B·T per predicted feature. */
    public List<long[]> tagTargets() {
        return tagTargets;
    }

    /** Returns the index of each position's document within its row, if attention needs it. */
    public Optional<long[]> documentIds() {
        return documentIds;
    }

    /** Returns the UTF-8 bytes that each target covers, B·T. */
    public int[] targetBytes() {
        return targetBytes;
    }

    /** Returns the documents of each row as {@code source:document}, for messages. */
    public List<List<String>> documents() {
        return origins.stream().map(RowOrigin::names).toList();
    }

    /** Returns the origin of each row. */
    public List<RowOrigin> origins() {
        return origins;
    }

    /** Returns the number of targets that are not ignored. */
    public int predictedTokens() {
        return predictedTokens;
    }
}
