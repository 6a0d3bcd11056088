package org.limelm.core.tensorfile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.util.List;

/**
 * A tensor to be written, whose bytes are produced only when they are written.
 *
 * @param name its name, unique within the file
 * @param dtype type of its elements
 * @param shape its dimensions, outermost first; empty for a scalar
 * @param content writes all elements, row-major and little-endian
 */
public record TensorSource(String name, DType dtype, List<Long> shape, Content content) {
    /** Writes a tensor's bytes, in any number of chunks. */
    @FunctionalInterface
    public interface Content {
        /** Writes exactly as many bytes as the tensor's shape requires. */
        void writeTo(WritableByteChannel channel) throws IOException;
    }

    /**
     * Checks the shape.
     *
     * @throws IllegalArgumentException if a dimension is negative
     * @throws ArithmeticException if the tensor's bytes do not fit in a {@code long}
     */
    public TensorSource {
        shape = List.copyOf(shape);
        TensorInfo.byteSize(dtype, shape);
    }

    /** Returns a source of bytes already in memory; the buffer's position does not change. */
    public static TensorSource of(String name, DType dtype, List<Long> shape, ByteBuffer bytes) {
        return new TensorSource(
                name,
                dtype,
                shape,
                channel -> {
                    ByteBuffer view = bytes.duplicate();
                    while (view.hasRemaining()) {
                        channel.write(view);
                    }
                });
    }

    /** Returns a source of 32-bit floats; the array is not copied. */
    public static TensorSource of(String name, List<Long> shape, float[] values) {
        return new TensorSource(
                name,
                DType.F32,
                shape,
                channel -> {
                    ByteBuffer buffer = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
                    for (float value : values) {
                        if (!buffer.hasRemaining()) {
                            drain(buffer, channel);
                        }
                        buffer.putFloat(value);
                    }
                    drain(buffer, channel);
                });
    }

    /** Returns the tensor's size in bytes. */
    public long bytes() {
        return TensorInfo.byteSize(dtype, shape);
    }

    private static void drain(ByteBuffer buffer, WritableByteChannel channel) throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        buffer.clear();
    }
}
