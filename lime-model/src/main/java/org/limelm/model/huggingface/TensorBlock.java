package org.limelm.model.huggingface;

import java.util.List;

/**
 * A tensor of a HuggingFace model, which is a block of consecutive rows of a LIME parameter.
 *
 * <p>LIME rotates adjacent channels (2i, 2i + 1) of a head, HuggingFace's models rotate channels
 * (i, i + C/2): channel j of HuggingFace is channel {@link #channel}{@code (j)} of LIME.
 *
 * @param name name of the HuggingFace tensor
 * @param shape its shape; the first dimension counts rows, scalars have one row
 * @param parameter name of the LIME parameter
 * @param firstRow first of its rows
 * @param headDim C if the rows are channels of rotated heads, else 0
 * @param offset added to the tensor's values to obtain the parameter's
 */
record TensorBlock(
        String name, List<Long> shape, String parameter, long firstRow, int headDim, float offset) {
    TensorBlock {
        shape = List.copyOf(shape);
    }

    /** Returns the number of rows. */
    long rows() {
        return shape.isEmpty() ? 1 : shape.get(0);
    }

    /** Returns the number of elements in a row. */
    int width() {
        return Math.toIntExact(shape.stream().skip(1).reduce(1L, Math::multiplyExact));
    }

    /** Returns the LIME channel, within its head, of a HuggingFace channel. */
    int channel(int huggingFaceChannel) {
        int half = headDim / 2;
        return huggingFaceChannel < half
                ? 2 * huggingFaceChannel
                : 2 * (huggingFaceChannel - half) + 1;
    }
}
