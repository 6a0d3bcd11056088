package org.limelm.model.machine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The sizes that a step's code is written for.
 *
 * @param hidden D
 * @param layers L
 * @param heads H
 * @param kvHeads K
 * @param headDim C
 * @param ffn F
 * @param vocabulary V
 * @param contextLength the largest number of positions
 * @param tables number of metadata tables
 * @param gelu whether the gate is GELU by its tanh form, else SiLU
 * @param tokenScale factor of the token embeddings
 * @param epsilon added to the mean square in RMSNorm
 * @param bf16 whether matrices and what they are multiplied with are bfloat16, else float32
 * @param threads that share a step
 */
public record StepShape(
        int hidden,
        int layers,
        int heads,
        int kvHeads,
        int headDim,
        int ffn,
        int vocabulary,
        int contextLength,
        int tables,
        boolean gelu,
        double tokenScale,
        double epsilon,
        boolean bf16,
        int threads) {
    /** Float32 in a vector: the width of a block of a matrix. */
    static final int LANES = 16;

    /** Bytes in a vector. */
    static final int VECTOR = 64;

    private static final int WIDEST_HEAD = 256;
    private static final int BLOCKS_AT_ONCE = 3; // times eight rows: 24 registers of sums

    /**
     * Blocks of a matrix that lie side by side: for every column (or pair of columns in bfloat16)
     * the values of all their rows.
     *
     * @param first block
     * @param size blocks side by side
     * @param count so many times
     */
    public record Run(int first, int size, int count) {}

    /** Returns why no code can be written for these sizes, if so. */
    public Optional<String> obstacle() {
        if (hidden % LANES != 0 || ffn % LANES != 0 || headDim % LANES != 0) {
            return Optional.of("hiddenSize, ffnSize and headDim are not all multiples of 16");
        }
        if (headDim > WIDEST_HEAD) {
            return Optional.of("headDim is above " + WIDEST_HEAD);
        }
        try {
            new Workspace(this);
            return Optional.empty();
        } catch (ArithmeticException e) {
            return Optional.of("what a step computes takes more than 2 GiB");
        }
    }

    /**
     * Returns how the blocks of a matrix lie: every thread's after those of the thread before.
     *
     * @param rows of the matrix; the last block is filled up with zeros
     * @param together blocks that stay with one thread
     */
    public List<Run> runs(int rows, int together) {
        List<Run> runs = new ArrayList<>();
        for (int thread = 0; thread < threads; thread++) {
            runs.addAll(runs(rows, together, thread));
        }
        return runs;
    }

    List<Run> runs(int rows, int together, int thread) {
        int inseparable = blocks(rows) / together;
        int first = together * share(inseparable, thread);
        int blocks = together * share(inseparable, thread + 1) - first;
        int full = blocks / BLOCKS_AT_ONCE;
        List<Run> runs = new ArrayList<>();
        if (full > 0) {
            runs.add(new Run(first, BLOCKS_AT_ONCE, full));
        }
        if (blocks % BLOCKS_AT_ONCE > 0) {
            runs.add(new Run(first + full * BLOCKS_AT_ONCE, blocks % BLOCKS_AT_ONCE, 1));
        }
        return runs;
    }

    /** Returns where a thread's share of so many things begins. */
    int share(int things, int thread) {
        return Math.toIntExact((long) things * thread / threads);
    }

    static int blocks(int rows) {
        return (rows + LANES - 1) / LANES;
    }

    /** Returns the bytes of a value that is multiplied with a matrix. */
    int operandBytes() {
        return bf16 ? 2 : 4;
    }

    /** Returns H / K, the query heads that share keys and values. */
    int group() {
        return heads / kvHeads;
    }

    int qkvRows() {
        return (heads + 2 * kvHeads) * headDim;
    }

    /** Returns the bytes of a head's vector. */
    int headBytes() {
        return headDim * Float.BYTES;
    }
}
