package org.limelm.train.optim;

import ai.djl.ndarray.NDList;

/**
 * Random numbers for rounding to bfloat16 up or down by chance, so that what is rounded is right in
 * the mean. Every element finds its number at a place that its parameter and position decide;
 * elements far apart may share one.
 *
 * @param tables two int32 tables of equal length, longer than a chunk
 * @param chunk elements that are computed with at a time
 */
public record RoundingNoise(NDList tables, int chunk) {
    /** Float32 chunks that stay in the caches; measured from 2^16 to 2^19. */
    private static final int CPU_CHUNK = 1 << 19;

    /** Chunks large enough to keep a GPU busy; not measured. */
    private static final int GPU_CHUNK = 1 << 22;

    /** Places in the tables at which a chunk may begin. */
    static final int PLACES = 1 << 16;

    /** Returns the chunk for parameters of which the largest has so many elements. */
    static int chunk(long largest, boolean gpu) {
        return (int) Math.min(largest, gpu ? GPU_CHUNK : CPU_CHUNK);
    }

    /** Returns the number that a parameter's noise depends on, 0 … 2^31 - 1. */
    public static long key(String parameter) {
        return parameter.hashCode() & Integer.MAX_VALUE;
    }
}
