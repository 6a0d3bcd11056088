package org.limelm.model.machine;

import com.sun.jna.Pointer;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * Where a step's numbers lie: distances in bytes from the workspace's beginning. Rows are what a
 * step reads at once, at most {@link #ROWS}.
 */
final class Workspace {
    static final int ROWS = 8;

    /** How often threads have come to barriers; alone in its cache line. */
    static final int ARRIVALS = 0;

    /** Bytes of the keys of one text and head. */
    static final int PLANE = 64;

    /** Bytes of the keys of one layer. */
    static final int LAYER = 72;

    private static final int TOKENS = 128;
    private static final int POSITIONS = TOKENS + ROWS * Long.BYTES;
    private static final int KEYS = POSITIONS + ROWS * Long.BYTES;
    private static final int TAGS = KEYS + ROWS * Long.BYTES;

    private final StepShape shape;
    private final Map<Constant, Integer> constants = new EnumMap<>(Constant.class);
    private final int normalizedBytes; // of a thread
    private final int scores;
    private final int bytes;

    /** The residual stream, float32 (rows, D). */
    final Buffer stream;

    /** Queries, keys and values, float32 (rows, (H+2K)·C). */
    final Buffer qkv;

    /** What attention gives, (rows, H·C), an operand. */
    final Buffer attended;

    /** Gate and up, float32 (rows, 2F), sixteen of the one after sixteen of the other. */
    final Buffer gateUp;

    /** Their product, (rows, F), an operand. */
    final Buffer gated;

    /** Float32 (rows, V), V filled up to whole blocks. */
    final Buffer logits;

    private final Buffer normalized; // of the first thread

    /**
     * Rows of numbers.
     *
     * @param offset of the first
     * @param stride from one to the next, in bytes
     */
    record Buffer(int offset, int stride) {
        Gpr.Memory row(int row) {
            return Gpr.RBP.at(offset + row * stride);
        }

        int end() {
            return Math.addExact(offset, Math.multiplyExact(stride, ROWS));
        }
    }

    /**
     * @throws ArithmeticException if it is larger than an instruction's distances reach, 2 GiB
     */
    Workspace(StepShape shape) {
        this.shape = shape;
        int next = TAGS + shape.tables() * ROWS * Long.BYTES;
        for (Constant constant : Constant.values()) {
            constants.put(constant, next);
            next += Float.BYTES;
        }
        stream = sums(whole(next), shape.hidden());
        qkv = sums(stream.end(), shape.qkvRows());
        attended = operands(qkv.end(), Math.multiplyExact(shape.heads(), shape.headDim()));
        gateUp = sums(attended.end(), Math.multiplyExact(2, shape.ffn()));
        gated = operands(gateUp.end(), shape.ffn());
        logits = sums(gated.end(), StepShape.blocks(shape.vocabulary()) * StepShape.LANES);
        normalized = operands(logits.end(), shape.hidden());
        normalizedBytes = normalized.end() - normalized.offset();
        scores =
                Math.addExact(
                        normalized.offset(), Math.multiplyExact(shape.threads(), normalizedBytes));
        bytes = Math.addExact(scores, Math.multiplyExact(shape.threads(), scoreBytes()));
    }

    private static Buffer sums(int offset, int columns) {
        return new Buffer(offset, Math.multiplyExact(columns, Float.BYTES));
    }

    /**
     * One vector more than a row needs, as rows at the same place of a page displace each other.
     */
    private Buffer operands(int offset, int columns) {
        return new Buffer(
                offset,
                whole(Math.multiplyExact(columns, shape.operandBytes())) + StepShape.VECTOR);
    }

    private static int whole(int bytes) {
        return Math.addExact(bytes, StepShape.VECTOR - 1) / StepShape.VECTOR * StepShape.VECTOR;
    }

    private int scoreBytes() {
        return whole(Math.multiplyExact(shape.contextLength(), Float.BYTES));
    }

    int bytes() {
        return bytes;
    }

    /** A thread's own rows of the normalized stream, (rows, D), operands. */
    Buffer normalized(int thread) {
        return new Buffer(normalized.offset() + thread * normalizedBytes, normalized.stride());
    }

    /** A thread's own attention scores, float32, one per position. */
    Gpr.Memory scores(int thread) {
        return Gpr.RBP.at(scores + thread * scoreBytes());
    }

    Gpr.Memory constant(Constant constant) {
        return Gpr.RBP.at(Objects.requireNonNull(constants.get(constant)));
    }

    static int token(int row) {
        return TOKENS + row * Long.BYTES;
    }

    static int position(int row) {
        return POSITIONS + row * Long.BYTES;
    }

    /** The address of the keys of a row's text in the first layer. */
    static int keys(int row) {
        return KEYS + row * Long.BYTES;
    }

    static int tag(int table, int row) {
        return TAGS + (table * ROWS + row) * Long.BYTES;
    }

    void writeConstants(Pointer memory) {
        for (Constant constant : Constant.values()) {
            memory.setFloat(constant(constant).bytes(), constant.value(shape));
        }
    }
}
