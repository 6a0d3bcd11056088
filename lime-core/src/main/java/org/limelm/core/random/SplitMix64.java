package org.limelm.core.random;

/**
 * Stateless random numbers: a pure function of the arguments, the same on every machine and Java
 * version. The generator is SplitMix64 (Steele, Lea and Flood 2014).
 */
public final class SplitMix64 {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private SplitMix64() {}

    /** Returns a 64-bit hash of the values, in the order given. */
    public static long hash(long... values) {
        long state = 0;
        for (long value : values) {
            state = next(state + next(value));
        }
        return state;
    }

    /** Returns the generator's output for a state. */
    public static long next(long state) {
        return mix(state + GOLDEN);
    }

    /** Returns the n-th output of the generator with seed 0, counting from 1. */
    public static long nth(long n) {
        return mix(n * GOLDEN);
    }

    /** Maps 64 random bits to a number in {@code 0 <= x < 1}. */
    public static double unit(long bits) {
        return (bits >>> 11) * 0x1.0p-53;
    }

    /** Maps 64 random bits to a number in {@code 0 … bound - 1}. */
    public static long bounded(long bits, long bound) {
        return Math.multiplyHigh(bits >>> 1, bound << 1);
    }

    private static long mix(long z) {
        long a = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        long b = (a ^ (a >>> 27)) * 0x94D049BB133111EBL;
        return b ^ (b >>> 31);
    }
}
