package org.limelm.model.huggingface;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.util.function.IntUnaryOperator;
import org.limelm.core.tensorfile.DType;
import org.limelm.core.tensorfile.SafetensorsFile;
import org.limelm.core.tensorfile.TensorInfo;

/** Copies blocks of rows between the formats, in slices of some megabytes. */
final class BlockCopy {
    private static final int SLICE_ELEMENTS = 1 << 20;

    private BlockCopy() {}

    /** Writes a HuggingFace tensor from the rows of a LIME parameter. */
    static void toHuggingFace(
            TensorBlock block, SafetensorsFile lime, DType format, WritableByteChannel out)
            throws IOException {
        copy(
                block,
                new Rows(lime, lime.tensor(block.parameter()), block.firstRow()),
                block::channel,
                -block.offset(),
                format,
                out);
    }

    /** Writes rows of a LIME parameter from a HuggingFace tensor. */
    static void toLime(TensorBlock block, SafetensorsFile huggingFace, WritableByteChannel out)
            throws IOException {
        int[] inverse = new int[block.headDim()];
        for (int j = 0; j < inverse.length; j++) {
            inverse[block.channel(j)] = j;
        }
        copy(
                block,
                new Rows(huggingFace, huggingFace.tensor(block.name()), 0),
                channel -> inverse[channel],
                block.offset(),
                DType.F32,
                out);
    }

    /**
     * Rows of a tensor.
     *
     * @param first the first row
     */
    private record Rows(SafetensorsFile file, TensorInfo tensor, long first) {
        /** Reads rows, counted from the first. */
        void read(long row, int count, int width, float[] into) {
            int bytes = tensor.dtype().bytes();
            long start = (first + row) * width * bytes;
            ByteBuffer slice = file.slice(tensor, start, count * width * bytes);
            FloatFormat.read(slice, tensor.dtype(), into, count * width);
        }
    }

    /**
     * Copies all rows of a block.
     *
     * @param channelFrom channel of the source, within its head, for a channel of the target
     * @param offset added to every value
     */
    private static void copy(
            TensorBlock block,
            Rows from,
            IntUnaryOperator channelFrom,
            float offset,
            DType format,
            WritableByteChannel out)
            throws IOException {
        int width = block.width();
        int step = block.headDim() > 0 ? block.headDim() : Math.max(1, SLICE_ELEMENTS / width);
        step = (int) Math.min(step, block.rows());
        float[] read = new float[step * width];
        float[] ordered = block.headDim() > 0 ? new float[step * width] : read;
        ByteBuffer bytes =
                ByteBuffer.allocate(step * width * format.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (long row = 0; row < block.rows(); row += step) {
            int count = (int) Math.min(step, block.rows() - row);
            from.read(row, count, width, read);
            for (int channel = 0; channel < block.headDim(); channel++) {
                int source = channelFrom.applyAsInt(channel);
                System.arraycopy(read, source * width, ordered, channel * width, width);
            }
            if (offset != 0) {
                for (int i = 0; i < count * width; i++) {
                    ordered[i] += offset;
                }
            }
            bytes.clear();
            FloatFormat.write(ordered, count * width, format, bytes);
            bytes.flip();
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
        }
    }
}
