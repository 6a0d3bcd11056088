package org.limelm.model.decoder;

import org.limelm.core.ConfigException;

/**
 * The training objective: the mean cross-entropy of the targets plus terms that change the
 * gradients but not the reported loss.
 *
 * @param zLoss weight of the mean of (ln Σ exp logits)², which keeps the logits from drifting (de
 *     Brébisson and Vincent 2016, arXiv 1604.08859; PaLM, arXiv 2204.02311); 0 = off
 * @param tagWeight weight of the mean cross-entropy of the next token's tags, summed over the
 *     features, in a model with a tag head
 */
public record Objective(double zLoss, double tagWeight) {
    /** The cross-entropy of the tokens alone. */
    public static final Objective CROSS_ENTROPY = new Objective(0, 0);

    /** Checks that the weights are finite and not negative. */
    public Objective {
        check("zLoss", zLoss);
        check("tagWeight", tagWeight);
    }

    private static void check(String name, double weight) {
        if (!(weight >= 0 && Double.isFinite(weight))) {
            throw new ConfigException(
                    "[objective] " + name + " " + weight + ", expected 0 or more");
        }
    }

    /** Returns a copy with another weight of the tags. */
    public Objective withTagWeight(double weight) {
        return new Objective(zLoss, weight);
    }
}
