package org.limelm.core.shard;

import java.nio.ByteBuffer;
import java.util.Objects;
import org.limelm.core.tensorfile.SafetensorsFile;
import org.limelm.core.tensorfile.TensorInfo;

/**
 * One column of a shard.
 *
 * @param file the shard
 * @param tensor the column in it: U8, U16 or U32
 * @param what name of a value in messages: {@code token id}
 * @param limit exclusive upper bound of the values
 */
record Column(SafetensorsFile file, TensorInfo tensor, String what, int limit) {
    private static final int MAX_SLICE_VALUES = SafetensorsFile.MAX_SLICE_BYTES / Integer.BYTES;

    /**
     * Reads values.
     *
     * @return the row of the first value that is not below the limit, or -1
     */
    long read(long from, int[] into, int offset, int count) {
        Objects.checkFromIndexSize(from, (long) count, tensor.elements());
        Objects.checkFromIndexSize(offset, count, into.length);
        for (int done = 0; done < count; ) {
            int step = Math.min(count - done, MAX_SLICE_VALUES);
            decode(from + done, into, offset + done, step);
            done += step;
        }
        for (int i = 0; i < count; i++) {
            if (Integer.compareUnsigned(into[offset + i], limit) >= 0) {
                return from + i;
            }
        }
        return -1;
    }

    private void decode(long from, int[] into, int offset, int count) {
        int width = tensor.dtype().bytes();
        ByteBuffer bytes = file.slice(tensor, from * width, count * width);
        switch (tensor.dtype()) {
            case U8 -> {
                for (int i = 0; i < count; i++) {
                    into[offset + i] = Byte.toUnsignedInt(bytes.get(i));
                }
            }
            case U16 -> {
                for (int i = 0; i < count; i++) {
                    into[offset + i] = Short.toUnsignedInt(bytes.getShort(i * width));
                }
            }
            case U32 -> bytes.asIntBuffer().get(into, offset, count);
            default -> throw new IllegalStateException("No column is " + tensor.dtype());
        }
    }
}
