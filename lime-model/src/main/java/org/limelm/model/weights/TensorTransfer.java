package org.limelm.model.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;
import java.util.List;
import org.limelm.core.LimeException;
import org.limelm.core.tensorfile.DType;
import org.limelm.core.tensorfile.SafetensorsFile;
import org.limelm.core.tensorfile.TensorInfo;
import org.limelm.core.tensorfile.TensorSource;
import org.limelm.model.internal.torch.Kernels;
import org.limelm.model.internal.torch.TorchModule;

/**
 * Copies arrays between a device and safetensors files in slices, so that arrays of any size can be
 * transferred with little memory.
 */
public final class TensorTransfer {
    private static final long SLICE_BYTES = 64L << 20;

    private final TorchModule kernels = Kernels.TENSOR.load();
    private final long sliceBytes;

    /** Creates a transfer with slices of 64 MiB. */
    public TensorTransfer() {
        this(SLICE_BYTES);
    }

    /** Creates a transfer with a custom slice size, for tests. */
    TensorTransfer(long sliceBytes) {
        this.sliceBytes = sliceBytes;
    }

    /**
     * Returns an array as a tensor to be written; its values are read at the time of writing.
     *
     * @param array float32, bfloat16 or int64, contiguous
     */
    public TensorSource source(String name, NDArray array) {
        List<Long> shape = Arrays.stream(array.getShape().getShape()).boxed().toList();
        return new TensorSource(name, dtype(array), shape, channel -> write(array, channel));
    }

    private void write(NDArray array, WritableByteChannel channel) throws IOException {
        long step = sliceElements(array);
        for (long start = 0; start < array.size(); start += step) {
            try (NDManager scope = array.getManager().newSubManager()) {
                NDArray flat = kernels.call(scope, "flat", array);
                long count = Math.min(step, array.size() - start);
                NDArray part = kernels.call(scope, "slice", flat, start, count);
                if (dtype(array) == DType.BF16) {
                    part = kernels.call(scope, "to_bytes", part);
                }
                ByteBuffer bytes = part.toByteBuffer();
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            }
        }
    }

    /**
     * Copies a tensor of a file into an array.
     *
     * @param array of the tensor's shape and type
     * @throws LimeException if the file has no such tensor, or its shape or type differs
     */
    public void read(SafetensorsFile file, String name, NDArray array) {
        TensorInfo info = file.tensor(name);
        long[] shape = info.shape().stream().mapToLong(Long::longValue).toArray();
        if (info.dtype() != dtype(array) || !Arrays.equals(shape, array.getShape().getShape())) {
            throw new LimeException(
                    "[%s, tensor '%s'] is %s %s, expected %s %s"
                            .formatted(
                                    file.path(),
                                    name,
                                    info.dtype(),
                                    new Shape(shape),
                                    dtype(array),
                                    array.getShape()));
        }
        long step = sliceElements(array);
        int elementBytes = info.dtype().bytes();
        for (long start = 0; start < array.size(); start += step) {
            try (NDManager scope = array.getManager().newSubManager()) {
                int count = Math.toIntExact(Math.min(step, array.size() - start));
                ByteBuffer bytes = file.slice(info, start * elementBytes, count * elementBytes);
                NDArray part = toArray(scope, bytes, info.dtype(), count);
                NDArray flat = kernels.call(scope, "flat", array);
                kernels.call(scope, "copy_slice_", flat, start, part);
            }
        }
    }

    private NDArray toArray(NDManager scope, ByteBuffer bytes, DType type, int count) {
        return switch (type) {
            case F32 -> scope.create(bytes, new Shape(count), DataType.FLOAT32);
            case I64 -> scope.create(bytes, new Shape(count), DataType.INT64);
            case BF16 -> {
                Shape twice = new Shape(2L * count);
                NDArray raw = scope.create(bytes, twice, DataType.INT8);
                yield kernels.call(scope, "from_bytes", raw);
            }
            default -> throw new IllegalArgumentException("Cannot load arrays of " + type);
        };
    }

    private long sliceElements(NDArray array) {
        return Math.max(1, sliceBytes / dtype(array).bytes());
    }

    private static DType dtype(NDArray array) {
        DataType type = array.getDataType();
        return switch (type) {
            case FLOAT32 -> DType.F32;
            case INT64 -> DType.I64;
            case UNKNOWN ->
                    DType.BF16; // DJL has no constant for this type, which only kernels create
            default -> throw new IllegalArgumentException("Cannot store arrays of " + type);
        };
    }
}
