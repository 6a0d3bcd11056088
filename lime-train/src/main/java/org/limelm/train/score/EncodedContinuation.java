package org.limelm.train.score;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Context and continuation as tokens.
 *
 * @param tokens ids, n
 * @param tags tag ids that each position reads, already shifted, one column of n per table
 * @param first index of the continuation's first token, at least 1
 * @param bytes UTF-8 bytes of the continuation's tokens
 */
@SuppressWarnings("ArrayRecordComponent") // identity is not used
record EncodedContinuation(int[] tokens, List<int[]> tags, int first, int bytes) {
    /** Returns the number of tokens of the continuation. */
    int predicted() {
        return tokens.length - first;
    }

    /**
     * Encodes a text.
     *
     * @param ids tokens of context and continuation, m
     * @param byteLengths UTF-8 bytes of each token, m
     * @param tags tags of each token, one column of m per table
     * @param first index of the continuation's first token; if 0, the end-of-text token, which
     *     precedes documents, is put before it
     * @param shift distance from a position to the token whose tags it reads; the end of text reads
     *     NONE, as in training
     */
    static EncodedContinuation of(
            int[] ids, int[] byteLengths, List<int[]> tags, int first, int shift, int endOfText) {
        int start = first == 0 ? 1 : 0;
        int[] tokens = new int[start + ids.length];
        if (start == 1) {
            tokens[0] = endOfText;
        }
        System.arraycopy(ids, 0, tokens, start, ids.length);
        List<int[]> read =
                tags.stream().map(column -> shifted(column, shift, start, tokens.length)).toList();
        int bytes = Arrays.stream(byteLengths, first, byteLengths.length).sum();
        return new EncodedContinuation(tokens, read, first + start, bytes);
    }

    /** Returns a text of no tokens. */
    static EncodedContinuation empty(int tables) {
        return new EncodedContinuation(new int[0], Collections.nCopies(tables, new int[0]), 1, 0);
    }

    /**
     * Returns a document of the end-of-text token alone, which precedes it.
     *
     * @param like a text with the same tables
     */
    static EncodedContinuation endOfText(EncodedContinuation like, int endOfText) {
        List<int[]> none = Collections.nCopies(like.tags.size(), new int[1]);
        return new EncodedContinuation(new int[] {endOfText}, none, 1, 0);
    }

    /** Returns this text followed by another one; all tokens but the first are predicted. */
    EncodedContinuation append(EncodedContinuation other) {
        List<int[]> columns = new ArrayList<>();
        for (int table = 0; table < tags.size(); table++) {
            columns.add(joined(tags.get(table), other.tags.get(table)));
        }
        return new EncodedContinuation(
                joined(tokens, other.tokens), columns, 1, bytes + other.bytes);
    }

    private static int[] joined(int[] first, int[] second) {
        int[] all = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }

    private static int[] shifted(int[] column, int shift, int start, int length) {
        int[] read = new int[length]; // NONE
        for (int i = start; i < length; i++) {
            int token = i - start + shift;
            if (token >= 0 && token < column.length) {
                read[i] = column[token];
            }
        }
        return read;
    }
}
