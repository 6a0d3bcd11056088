package org.limelm.core.random;

/**
 * Stateless random numbers: a pure function of the values given, the same on every machine and Java
 * version. The generator is SplitMix64 (Steele, Lea and Flood 2014).
 */
public final class SplitMix64 {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private SplitMix64() {}

    /** Returns 64 well-mixed bits of the values, in their order. */
    public static long hash(long... values) {
        long state = 0;
        for (long value : values) {
            state = next(state + next(value));
        }
        return state;
    }

    /** Returns the number that the generator gives in a state. */
    public static long next(long state) {
        return finish(state + GOLDEN);
    }

    /** Returns the n-th number of the generator with seed 0, from 1. */
    public static long nth(long n) {
        return finish(n * GOLDEN);
    }

    /** Returns a number in {@code 0 <= x < 1} from 64 bits. */
    public static double unit(long bits) {
        return (bits >>> 11) * 0x1.0p-53;
    }

    /** Returns a number in {@code 0 … bound - 1} from 64 bits. */
    public static long bounded(long bits, long bound) {
        return Math.multiplyHigh(bits >>> 1, bound << 1);
    }

    private static long finish(long z) {
        long a = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        long b = (a ^ (a >>> 27)) * 0x94D049BB133111EBL;
        return b ^ (b >>> 31);
    }
}
