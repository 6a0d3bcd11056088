package org.limelm.model.embedding;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.List;
import org.limelm.model.internal.torch.GradientSink;
import org.limelm.model.internal.torch.Pass;

/**
 * The input of the decoder: E(x_i) = s · E_L(x_i) + Σ_d w_d · E_M^d(a_{i,d}) (LIME, arXiv
 * 2512.07522). The scale s of the token embedding (1 or √D) does not apply to the metadata, so that
 * w_d has the same meaning in every architecture.
 *
 * @param tokenTable E_L, (V, D)
 * @param tokenScale s
 * @param tables E_M^d, one (tags, D) per feature
 * @param weights w_d, one scalar per feature
 * @param learned whether the weights are trained
 */
public record TokenEmbedding(
        NDArray tokenTable,
        double tokenScale,
        List<NDArray> tables,
        List<NDArray> weights,
        boolean learned) {

    /** Copies the lists. */
    public TokenEmbedding {
        tables = List.copyOf(tables);
        weights = List.copyOf(weights);
    }

    /**
     * Returns the embeddings of tokens and their tags.
     *
     * @param tokens int64 (B, T)
     * @param tags one int64 (B, T) per feature
     * @return float32 (B, T, D)
     */
    public NDArray forward(Pass pass, NDArray tokens, List<NDArray> tags) {
        return pass.call("embed", tokenTable, tables, weights, tokens, tags, tokenScale);
    }

    /** Returns the trained arrays: the token table, then table and weight per feature. */
    public NDList parameters() {
        NDList parameters = new NDList(tokenTable);
        for (int d = 0; d < tables.size(); d++) {
            parameters.add(tables.get(d));
            if (learned) {
                parameters.add(weights.get(d));
            }
        }
        return parameters;
    }

    /**
     * Propagates the gradient of the stream to the tables.
     *
     * @param tokens int64 (B, T)
     * @param tags one int64 (B, T) per feature
     * @param gradX float32 (B, T, D)
     * @param tokenSink receives the gradient of the token table
     * @param metadataSink receives the gradients of all other {@link #parameters()}, in their order
     */
    public void backward(
            Pass pass,
            NDArray tokens,
            List<NDArray> tags,
            NDArray gradX,
            GradientSink tokenSink,
            GradientSink metadataSink) {
        NDList gradTables = new NDList();
        NDList gradWeights = new NDList();
        int next = 0;
        for (int d = 0; d < tables.size(); d++) {
            gradTables.add(metadataSink.gradients().get(next++));
            if (learned) {
                gradWeights.add(metadataSink.gradients().get(next++));
            }
        }
        pass.callForList(
                "embed_backward",
                tables,
                weights,
                tokens,
                tags,
                tokenScale,
                gradX,
                tokenSink.single(),
                gradTables,
                gradWeights,
                tokenSink.add(),
                metadataSink.add());
    }
}
