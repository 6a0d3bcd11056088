package org.limelm.train.score;

import java.util.List;
import java.util.OptionalDouble;

/**
 * The score of one token of a text.
 *
 * @param id the token
 * @param logProbability natural logarithm of its probability; empty for a first token that nothing
 *     precedes
 * @param top the most probable tokens at its position, in descending order; empty if not asked for
 */
public record ScoredToken(int id, OptionalDouble logProbability, List<RankedToken> top) {
    /** Copies the list. */
    public ScoredToken {
        top = List.copyOf(top);
    }

    /**
     * A probable token.
     *
     * @param id the token
     * @param logProbability natural logarithm of its probability
     */
    public record RankedToken(int id, double logProbability) {}
}
