package org.limelm.model.internal.torch;

import ai.djl.Device;
import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import org.limelm.core.LimeException;

/** The queue of work of a GPU to which libtorch appends, for libraries that append to it too. */
public final class CudaStreams {
    private static final int DONE = 0;
    private static final int NOT_YET = 600; // cudaErrorNotReady

    private CudaStreams() {}

    /** Does something while a GPU is the one that the calling thread's CUDA calls mean. */
    public static void with(Device device, Runnable body) {
        TorchShim.CudaShim torch = TorchShim.Libraries.cuda();
        PointerByReference guard = new PointerByReference();
        TensorAddress.check(
                torch.aoti_torch_create_cuda_guard(device.getDeviceId(), guard),
                "aoti_torch_create_cuda_guard");
        try {
            body.run();
        } finally {
            TensorAddress.check(
                    torch.aoti_torch_delete_cuda_guard(guard.getValue()),
                    "aoti_torch_delete_cuda_guard");
        }
    }

    /** Returns the handle of the stream that libtorch uses on the calling thread; 0 is one too. */
    public static long current(Device device) {
        PointerByReference stream = new PointerByReference();
        TensorAddress.check(
                TorchShim.Libraries.cuda()
                        .aoti_torch_get_current_cuda_stream(device.getDeviceId(), stream),
                "aoti_torch_get_current_cuda_stream");
        return stream.getPointer().getLong(0);
    }

    /**
     * Returns whether all work of a stream is done.
     *
     * @throws LimeException if some of it failed
     */
    public static boolean isDone(long stream) {
        Function query = CudaRuntime.LIBRARY.getFunction("cudaStreamQuery");
        int code = query.invokeInt(new Object[] {Pointer.createConstant(stream)});
        if (code != DONE && code != NOT_YET) {
            throw new LimeException("[cuda] work on the GPU failed with CUDA error " + code);
        }
        return code == DONE;
    }

    /** CUDA's runtime library, which libtorch has loaded. */
    private static final class CudaRuntime {
        static final NativeLibrary LIBRARY = open();

        private static NativeLibrary open() {
            try {
                return NativeLibrary.getInstance("libcudart.so.12");
            } catch (UnsatisfiedLinkError e) {
                return NativeLibrary.getInstance("cudart");
            }
        }
    }
}
