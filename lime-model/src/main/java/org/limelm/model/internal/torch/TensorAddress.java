package org.limelm.model.internal.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * The memory address of an array's values, for native libraries: in host memory for an array on the
 * CPU, in device memory for one on a GPU.
 *
 * @param address address of the first value
 * @param elements number of values
 * @param bytes total size of the values in bytes
 * @param float32 whether the values are float32
 */
public record TensorAddress(long address, long elements, long bytes, boolean float32) {
    /**
     * Calls a function with an array's address. The array is not freed until the function returns.
     *
     * @param array a contiguous array
     * @throws IllegalArgumentException if the array is not contiguous
     */
    public static void use(NDArray array, Consumer<TensorAddress> function) {
        try {
            function.accept(of((PtNDArray) array));
        } finally {
            Reference.reachabilityFence(array);
        }
    }

    /**
     * Returns the address of an array's first value. The caller keeps the array alive while the
     * address is used, and knows its layout.
     */
    public static long first(NDArray array) {
        return first(new Pointer(((PtNDArray) array).getHandle()));
    }

    private static long first(Pointer tensor) {
        PointerByReference data = new PointerByReference();
        check(
                TorchShim.Libraries.cpu().aoti_torch_get_data_ptr(tensor, data),
                "aoti_torch_get_data_ptr");
        return data.getPointer().getLong(0);
    }

    private static TensorAddress of(PtNDArray array) {
        TorchShim torch = TorchShim.Libraries.cpu();
        Pointer tensor = new Pointer(array.getHandle());
        long elements = contiguousElements(torch, tensor);
        IntByReference type = new IntByReference();
        check(torch.aoti_torch_get_dtype(tensor, type), "aoti_torch_get_dtype");
        return new TensorAddress(
                first(tensor),
                elements,
                elements * ElementType.bytes(type.getValue()),
                type.getValue() == ElementType.FLOAT32);
    }

    /**
     * Returns the number of elements after checking that the array is contiguous in row-major
     * order.
     */
    private static long contiguousElements(TorchShim torch, Pointer tensor) {
        LongByReference dimensions = new LongByReference();
        PointerByReference pointer = new PointerByReference();
        check(torch.aoti_torch_get_dim(tensor, dimensions), "aoti_torch_get_dim");
        int count = Math.toIntExact(dimensions.getValue());
        if (count == 0) {
            return 1; // a scalar
        }
        check(torch.aoti_torch_get_sizes(tensor, pointer), "aoti_torch_get_sizes");
        long[] sizes = pointer.getValue().getLongArray(0, count);
        check(torch.aoti_torch_get_strides(tensor, pointer), "aoti_torch_get_strides");
        long[] strides = pointer.getValue().getLongArray(0, count);
        long elements = 1;
        for (int i = count - 1; i >= 0; i--) {
            if (sizes[i] > 1 && strides[i] != elements) {
                throw new IllegalArgumentException(
                        "[array of shape %s] strides are %s, expected those of a contiguous array"
                                .formatted(Arrays.toString(sizes), Arrays.toString(strides)));
            }
            elements *= sizes[i];
        }
        return elements;
    }

    static void check(int code, String function) {
        if (code != 0) {
            throw new IllegalStateException("[libtorch] " + function + " failed");
        }
    }

    /** libtorch's type codes ({@code c10::ScalarType}). */
    private static final class ElementType {
        static final int FLOAT32 = 6;

        private ElementType() {}

        static int bytes(int type) {
            return switch (type) {
                case 0, 1, 11 -> 1; // uint8, int8, bool
                case 2, 5, 15 -> 2; // int16, float16, bfloat16
                case 3, FLOAT32 -> 4; // int32
                case 4, 7 -> 8; // int64, float64
                default ->
                        throw new IllegalArgumentException("[array] type " + type + " is unknown");
            };
        }
    }
}
