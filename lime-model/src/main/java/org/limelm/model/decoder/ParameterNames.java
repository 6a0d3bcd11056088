package org.limelm.model.decoder;

import org.limelm.core.metadata.Feature;

/** The names of a decoder's parameters in model files and optimizer states. */
public final class ParameterNames {
    /** (V, D). */
    public static final String TOKEN_TABLE = "embedding.token.weight";

    /** (D). */
    public static final String FINAL_NORM = "final.norm";

    /** (V, D); absent if the token table is also the output matrix. */
    public static final String HEAD = "head.weight";

    private static final String TAG_HEAD = "tag_head.";

    private ParameterNames() {}

    /** Returns the name of the output matrix. */
    public static String output(ModelConfig config) {
        return config.tiedHead() ? TOKEN_TABLE : HEAD;
    }

    /** Returns the name of a feature's table, (tags, D). */
    public static String table(Feature feature) {
        return "embedding.meta." + feature.name();
    }

    /** Returns the name of a feature's factor w_d, (). */
    public static String factor(Feature feature) {
        return table(feature) + ".scale";
    }

    /** Returns the names of the tag head. */
    public static TagHead tagHead() {
        return new TagHead(TAG_HEAD + "norm", TAG_HEAD + "gate", TAG_HEAD + "up");
    }

    /** Returns the name of the matrix with a row per tag of a predicted feature, (tags, D). */
    public static String tagOutput(Feature feature) {
        return TAG_HEAD + "out." + feature.name();
    }

    /** Returns the name of the table by which a tag conditions the features after it, (tags, D). */
    public static String tagCondition(Feature feature) {
        return TAG_HEAD + "condition." + feature.name();
    }

    /** Returns the names of a layer's attention. */
    public static Attention attention(int layer) {
        String prefix = "layers." + layer + ".attention.";
        return new Attention(
                prefix + "norm",
                prefix + "qkv",
                prefix + "query_norm",
                prefix + "key_norm",
                prefix + "out");
    }

    /** Returns the names of a layer's feed-forward block. */
    public static FeedForward feedForward(int layer) {
        String prefix = "layers." + layer + ".ffn.";
        return new FeedForward(prefix + "norm", prefix + "gate_up", prefix + "down");
    }

    /**
     * The names of an attention block.
     *
     * @param norm (D)
     * @param qkv ((H + 2K) · C, D): queries, keys and values
     * @param queryNorm (C); only with normalized queries and keys
     * @param keyNorm (C); only with normalized queries and keys
     * @param out (D, H · C)
     */
    public record Attention(
            String norm, String qkv, String queryNorm, String keyNorm, String out) {}

    /**
     * The names of a feed-forward block.
     *
     * @param norm (D)
     * @param gateUp (2F, D): gate rows first
     * @param down (D, F)
     */
    public record FeedForward(String norm, String gateUp, String down) {}

    /**
     * The names of the tag head's weights that do not belong to one feature.
     *
     * @param norm (D); only if the head reads the embedding of a token
     * @param gate (D, I), where I is the width of the head's input
     * @param up (D, I)
     */
    public record TagHead(String norm, String gate, String up) {}
}
