package org.limelm.train.optim;

import ai.djl.ndarray.NDList;

/**
 * Random numbers for unbiased stochastic rounding to bfloat16. The number of an element is looked
 * up at an offset that depends on its parameter and position; distant elements may share a number.
 *
 * @param tables two int32 tables of equal length, longer than a chunk
 * @param chunk elements processed at a time
 */
public record RoundingNoise(NDList tables, int chunk) {
    /** Elements of a float32 chunk that fits into the caches; the best of 2^16 to 2^19. */
    private static final int CPU_CHUNK = 1 << 19;

    /** Elements of a chunk large enough to keep a GPU busy; not measured. */
    private static final int GPU_CHUNK = 1 << 22;

    /** Number of offsets in the tables at which a chunk may start. */
    static final int OFFSETS = 1 << 16;

    /** Returns the chunk size for parameters with at most the given number of elements. */
    static int chunk(long largest, boolean gpu) {
        return (int) Math.min(largest, gpu ? GPU_CHUNK : CPU_CHUNK);
    }

    /** Returns the key that determines a parameter's noise, 0 … 2^31 - 1. */
    public static long key(String parameter) {
        return parameter.hashCode() & Integer.MAX_VALUE;
    }
}
