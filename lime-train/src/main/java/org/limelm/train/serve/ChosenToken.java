package org.limelm.train.serve;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.limelm.train.score.ScoredToken;

/** Scores of generated tokens. */
final class ChosenToken {
    private ChosenToken() {}

    /**
     * Returns the score of a token that was chosen.
     *
     * @param logits logits or log-probabilities of all tokens, (V)
     * @param count number of the most probable tokens to return
     */
    static ScoredToken of(int id, float[] logits, int count) {
        List<Integer> best = new ArrayList<>();
        for (int token = 0; token < logits.length; token++) {
            int at = best.size();
            while (at > 0 && logits[best.get(at - 1)] < logits[token]) {
                at--;
            }
            if (at < count) {
                best.add(at, token);
                if (best.size() > count) {
                    best.remove(count);
                }
            }
        }
        float highest = Float.NEGATIVE_INFINITY;
        for (float logit : logits) {
            highest = Math.max(highest, logit);
        }
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - highest);
        }
        double normalizer = highest + Math.log(sum);
        List<ScoredToken.RankedToken> top = new ArrayList<>();
        for (int token : best) {
            top.add(new ScoredToken.RankedToken(token, logits[token] - normalizer));
        }
        return new ScoredToken(id, OptionalDouble.of(logits[id] - normalizer), top);
    }
}
