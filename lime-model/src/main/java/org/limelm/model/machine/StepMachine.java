package org.limelm.model.machine;

import com.sun.jna.Pointer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads texts through a decoder by code written for it: all layers in one call per thread. The code
 * for a number of rows is written when they are first read. May be used from several threads, which
 * wait for each other.
 */
public final class StepMachine implements AutoCloseable {
    /** The largest number of rows that are read at once. */
    public static final int MOST_ROWS = Workspace.ROWS;

    /** The cache's positions per text are a multiple of this. */
    public static final int POSITIONS_MULTIPLE = 16;

    private final StepShape shape;
    private final Workspace space;
    private final StepWeights weights;
    private final StepThreads threads;
    private final Map<Key, StepCode> codes = new HashMap<>();
    private boolean closed;

    private record Key(int rows, boolean head) {}

    /** One position of one text: what it reads and where it belongs. */
    public record Row(int text, int position, long token, List<Long> tags) {}

    /**
     * A cache.
     *
     * @param workspace {@link #workspaceBytes} of memory, of this cache alone
     * @param address of float32 (L, 2, B, K, S, C): keys, then values
     * @param positions S, a multiple of {@link #POSITIONS_MULTIPLE}
     * @param batch B
     */
    public record Cache(Pointer workspace, long address, int positions, int batch) {}

    /**
     * @throws IllegalArgumentException if there is an {@link StepShape#obstacle}
     */
    public StepMachine(StepShape shape, StepWeights weights) {
        shape.obstacle()
                .ifPresent(
                        reason -> {
                            throw new IllegalArgumentException("[machine code] " + reason);
                        });
        this.shape = shape;
        this.weights = weights;
        space = new Workspace(shape);
        threads = new StepThreads(shape.threads());
    }

    /**
     * Returns why this machine runs no such code, if so.
     *
     * @param bf16 whether products of bfloat16 are needed
     */
    public static Optional<String> obstacle(boolean bf16) {
        Processor processor = Processor.ofThisMachine();
        if (!processor.hasAvx512()) {
            return Optional.of("it takes Linux on an x86-64 processor with AVX-512");
        }
        if (bf16 && !processor.hasBf16()) {
            return Optional.of("bfloat16 takes a processor with AVX512_BF16");
        }
        return CodeMemory.obstacle();
    }

    /** Returns the bytes that a step needs for its own numbers, whatever the cache's capacity. */
    public long workspaceBytes() {
        return space.bytes();
    }

    /**
     * Reads rows into a cache; those of one text in the order of their positions, with none left
     * out.
     *
     * @param rows at most {@link #MOST_ROWS}; tokens and tags are those of the model
     * @throws IllegalStateException if this is closed
     */
    public synchronized void read(Cache cache, List<Row> rows) {
        run(cache, rows, false);
    }

    /**
     * Reads rows as {@link #read} does and computes their logits.
     *
     * @param logits receives V numbers a row
     * @param start where in them
     */
    public synchronized void readForLogits(Cache cache, List<Row> rows, float[] logits, int start) {
        run(cache, rows, true);
        for (int i = 0; i < rows.size(); i++) {
            int place = start + i * shape.vocabulary();
            long from = space.logits.row(i).bytes();
            cache.workspace.read(from, logits, place, shape.vocabulary());
        }
    }

    private void run(Cache cache, List<Row> rows, boolean head) {
        if (closed) {
            throw new IllegalStateException("[machine code] it is closed");
        }
        if (rows.isEmpty() || rows.size() > MOST_ROWS) {
            throw new IllegalArgumentException(
                    "[machine code] %d rows, expected 1 to %d".formatted(rows.size(), MOST_ROWS));
        }
        StepCode code =
                codes.computeIfAbsent(
                        new Key(rows.size(), head),
                        key -> StepCode.write(shape, space, weights, key.rows, key.head));
        write(cache, rows);
        threads.run(code.functions(), cache.workspace);
    }

    private void write(Cache cache, List<Row> rows) {
        Pointer memory = cache.workspace;
        long plane = (long) cache.positions * shape.headBytes();
        memory.setLong(Workspace.ARRIVALS, 0);
        memory.setLong(Workspace.PLANE, plane);
        memory.setLong(Workspace.LAYER, plane * shape.kvHeads() * cache.batch);
        space.writeConstants(memory);
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            memory.setLong(Workspace.token(i), row.token);
            memory.setLong(Workspace.position(i), row.position);
            memory.setLong(Workspace.keys(i), cache.address + plane * shape.kvHeads() * row.text);
            for (int table = 0; table < shape.tables(); table++) {
                memory.setLong(Workspace.tag(table, i), row.tags.get(table));
            }
        }
    }

    /** Ends the threads and frees the code; a second call does nothing. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        threads.close(); // first, as they return through the code
        codes.values().forEach(StepCode::close);
        codes.clear();
    }
}
