package org.limelm.model.embedding;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.List;
import org.limelm.model.torch.Pass;

/**
 * The input of the decoder: E(x_i) = s · E_L(x_i) + Σ_d w_d · E_M^d(a_{i,d}) (LIME, arXiv
 * 2512.07522). The scale s of the token embedding (1, or √D) does not touch the metadata, so that
 * w_d means the same in every architecture.
 *
 * @param tokenTable E_L, (V, D)
 * @param tokenScale s
 * @param tables E_M^d, one (tags, D) per feature
 * @param weights w_d, one scalar per feature
 * @param parameters those of the arrays that are trained, in the order of their gradients
 */
public record TokenEmbedding(
        NDArray tokenTable,
        double tokenScale,
        List<NDArray> tables,
        List<NDArray> weights,
        NDList parameters) {

    /** Copies the lists. */
    public TokenEmbedding {
        tables = List.copyOf(tables);
        weights = List.copyOf(weights);
    }

    /**
     * Looks up tokens and their tags.
     *
     * @param tokens int64 (B, T)
     * @param tags one int64 (B, T) per feature
     * @return float32 (B, T, D)
     */
    public NDArray forward(Pass pass, NDArray tokens, List<NDArray> tags) {
        return pass.call("embed", tokenTable, tables, weights, tokens, tags, tokenScale);
    }
}
