package org.limelm.model.decoder;

import org.limelm.model.embedding.TokenEmbedding;
import org.limelm.model.internal.torch.Kernels;

/** The kernels of full passes through the decoder and of incremental decoding. */
final class DecoderKernels {
    /** Forward and backward passes. */
    static final Kernels PASSES =
            Kernels.TENSOR
                    .with(TokenEmbedding.class, "embedding")
                    .with(
                            DecoderKernels.class,
                            "rope",
                            "attention_blocks",
                            "attention",
                            "feed_forward",
                            "rows",
                            "flash",
                            "head",
                            "tag_head");

    private DecoderKernels() {}

    /**
     * Returns the incremental decoding kernels, with one more source that defines the matrix
     * format.
     */
    static Kernels decoding(String format) {
        return Kernels.TENSOR
                .with(TokenEmbedding.class, "embedding")
                .with(
                        DecoderKernels.class,
                        "head",
                        "tag_head",
                        "rope",
                        "decode_weights",
                        "decode",
                        "decode_candidates",
                        format);
    }
}
