package org.limelm.annotate.align;

import java.util.List;
import org.limelm.core.text.LinguisticToken;

/**
 * The linguistic tokens of a text as spans of its UTF-8 bytes, to be queried with pieces in order.
 */
final class ByteSpans {
    private final long[] starts;
    private final long[] ends;
    private int first; // the first token that may still overlap a piece

    ByteSpans(String text, List<LinguisticToken> tokens) {
        starts = new long[tokens.size()];
        ends = new long[tokens.size()];
        int at = 0;
        long bytes = 0;
        for (int i = 0; i < starts.length; i++) {
            bytes += utf8Length(text, at, tokens.get(i).start());
            starts[i] = bytes;
            bytes += utf8Length(text, tokens.get(i).start(), tokens.get(i).end());
            ends[i] = bytes;
            at = tokens.get(i).end();
        }
    }

    /**
     * Returns the token with the largest overlap, the first one in case of a tie, or -1 if none
     * overlaps.
     */
    int bestOverlap(long from, long to) {
        while (first < starts.length && ends[first] <= from) {
            first++;
        }
        int best = AlignedPieces.NO_TOKEN;
        long most = 0;
        for (int i = first; i < starts.length && starts[i] < to; i++) {
            long overlap = Math.min(to, ends[i]) - Math.max(from, starts[i]);
            if (overlap > most) {
                most = overlap;
                best = i;
            }
        }
        return best;
    }

    /**
     * Returns the index after the last UTF-16 code unit that each piece of a text completes.
     *
     * @param byteLengths UTF-8 bytes of each piece, n
     */
    static int[] characterEnds(String text, int[] byteLengths) {
        int[] ends = new int[byteLengths.length];
        long pieceEnd = 0;
        long bytes = 0;
        int at = 0;
        for (int i = 0; i < ends.length; i++) {
            pieceEnd += byteLengths[i];
            while (at < text.length()) {
                int next = at + Character.charCount(text.codePointAt(at));
                long end = bytes + utf8Length(text, at, next);
                if (end > pieceEnd) {
                    break;
                }
                bytes = end;
                at = next;
            }
            ends[i] = at;
        }
        return ends;
    }

    private static long utf8Length(String text, int from, int to) {
        long bytes = 0;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            // Each half of a surrogate pair counts for two of its four bytes.
            bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return bytes;
    }
}
