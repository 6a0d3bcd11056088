package org.limelm.core.tensorfile;

import java.util.List;

/**
 * The type, shape and location of a tensor in a safetensors file.
 *
 * @param name its name, unique within the file
 * @param dtype type of its elements
 * @param shape its dimensions, outermost first, none negative; empty for a scalar
 * @param offset its first byte, relative to the end of the header
 * @param bytes its size in bytes: the product of its dimensions and the element size
 */
public record TensorInfo(String name, DType dtype, List<Long> shape, long offset, long bytes) {
    /** Copies the shape and checks the size against it. */
    public TensorInfo {
        shape = List.copyOf(shape);
        if (offset < 0 || bytes != byteSize(dtype, shape)) {
            throw new IllegalArgumentException(
                    "Tensor %s %s%s at %d does not have %d bytes"
                            .formatted(name, dtype, shape, offset, bytes));
        }
    }

    /** Returns the number of elements. */
    public long elements() {
        return bytes / dtype.bytes();
    }

    /**
     * Returns the size of a tensor in bytes.
     *
     * @throws ArithmeticException if it does not fit in a {@code long}
     * @throws IllegalArgumentException if a dimension is negative
     */
    static long byteSize(DType dtype, List<Long> shape) {
        long size = dtype.bytes();
        for (long dimension : shape) {
            if (dimension < 0) {
                throw new IllegalArgumentException("negative dimension in shape " + shape);
            }
            size = Math.multiplyExact(size, dimension);
        }
        return size;
    }
}
