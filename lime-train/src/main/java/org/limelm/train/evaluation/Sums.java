package org.limelm.train.evaluation;

/**
 * Sums of scores over tokens.
 *
 * @param tokens predicted tokens
 * @param bytes UTF-8 bytes that they cover
 * @param nats total cross-entropy in nats
 * @param correct tokens to which the model assigned the highest probability
 */
public record Sums(long tokens, long bytes, double nats, long correct) {
    /** The sums over nothing. */
    public static final Sums ZERO = new Sums(0, 0, 0, 0);

    /** Returns the sums over the tokens of both. */
    public Sums plus(Sums other) {
        return new Sums(
                tokens + other.tokens,
                bytes + other.bytes,
                nats + other.nats,
                correct + other.correct);
    }

    /** Returns the share of correct tokens, or NaN if there are none. */
    public double accuracy() {
        return (double) correct / tokens;
    }

    /** Returns the cross-entropy in bits per byte. */
    public double bitsPerByte() {
        return toBitsPerByte(nats, bytes);
    }

    /**
     * Converts the cross-entropy of a text to bits per byte.
     *
     * @param nats total cross-entropy in nats
     * @param bytes UTF-8 bytes of the text; 0 counts as 1
     */
    public static double toBitsPerByte(double nats, long bytes) {
        return toBits(nats) / Math.max(1, bytes);
    }

    /** Converts nats to bits. */
    public static double toBits(double nats) {
        return nats / Math.log(2);
    }
}
