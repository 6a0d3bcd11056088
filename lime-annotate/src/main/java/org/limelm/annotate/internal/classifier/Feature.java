package org.limelm.annotate.internal.classifier;

/**
 * A feature under construction, the concatenation of a few forms: {@code feature.of(W).with(word)}.
 * One instance is used for all features of a thread.
 */
public final class Feature {
    private static final int MAX_PARTS = 10;

    // odd, so that multiplication loses nothing
    private static final long LENGTH = 0x9FB2_1C65_1E98_DF25L;
    private static final long SCATTER = 0xD6E8_FEB8_6659_FD93L;

    private final Form[] parts = new Form[MAX_PARTS];
    private int size;
    private int length;
    private long hash;

    /** Creates an empty feature. */
    public Feature() {}

    /** Begins a feature; the previous one is forgotten. */
    public Feature of(Form first) {
        parts[0] = first;
        size = 1;
        length = first.length();
        hash = first.hash();
        return this;
    }

    /** Appends a part. */
    public Feature with(Form part) {
        parts[size++] = part;
        length += part.length();
        hash = hash * part.power() + part.hash();
        return this;
    }

    /** Returns a hash of the text and its length, all of whose bits are mixed; never 0. */
    public long hash() {
        long mixed = hash + length * LENGTH;
        mixed = (mixed ^ (mixed >>> 32)) * SCATTER;
        mixed = (mixed ^ (mixed >>> 29)) * SCATTER;
        mixed ^= mixed >>> 32;
        return mixed == 0 ? 1 : mixed;
    }

    /** Returns the concatenated parts. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < size; i++) {
            text.append(parts[i]);
        }
        return text.toString();
    }
}
