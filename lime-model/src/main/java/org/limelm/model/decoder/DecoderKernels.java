package org.limelm.model.decoder;

import org.limelm.model.embedding.TokenEmbedding;
import org.limelm.model.internal.torch.Kernels;

/** The kernels of whole passes through the decoder, and those of reading token by token. */
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
                            "head");

    private DecoderKernels() {}

    /** Returns those that read token by token, for matrices in the format of one more source. */
    static Kernels decoding(String format) {
        return Kernels.TENSOR.with(
                DecoderKernels.class, "head", "rope", "decode_weights", "decode", format);
    }
}
