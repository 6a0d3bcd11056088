package org.limelm.model.decoder;

import org.limelm.core.ConfigException;

/**
 * The training objective: the mean cross-entropy of the targets plus terms that change the
 * gradients but not the reported loss.
 *
 * @param zLoss weight of the mean of (ln Σ exp logits)², which keeps the logits from drifting (de
 *     Brébisson and Vincent 2016, arXiv 1604.08859; PaLM, arXiv 2204.02311); 0 = off
 */
public record Objective(double zLoss) {
    /** Cross-entropy alone. */
    public static final Objective CROSS_ENTROPY = new Objective(0);

    /** Checks that the weight is finite and not negative. */
    public Objective {
        if (!(zLoss >= 0 && Double.isFinite(zLoss))) {
            throw new ConfigException("[objective] zLoss " + zLoss + ", expected 0 or more");
        }
    }
}
