package org.limelm.model.internal.torch;

import ai.djl.Device;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import org.limelm.core.LimeException;

/** Access to libtorch's current CUDA stream, for libraries that enqueue work on the same stream. */
public final class CudaStreams {
    private static final int DONE = 0;
    private static final int NON_BLOCKING = 1; // cudaStreamNonBlocking
    private static final int WITHOUT_TIMING = 2; // cudaEventDisableTiming
    private static final int NOT_YET = 600; // cudaErrorNotReady

    private CudaStreams() {}

    /** Runs an action with a GPU as the current CUDA device of the calling thread. */
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

    /**
     * Returns the handle of libtorch's current stream on the calling thread; 0 is a valid handle.
     */
    public static long current(Device device) {
        PointerByReference stream = new PointerByReference();
        TensorAddress.check(
                TorchShim.Libraries.cuda()
                        .aoti_torch_get_current_cuda_stream(device.getDeviceId(), stream),
                "aoti_torch_get_current_cuda_stream");
        return stream.getPointer().getLong(0);
    }

    /** Creates a stream on the current GPU that runs concurrently with the default stream. */
    public static long create() {
        PointerByReference stream = new PointerByReference();
        CudaRuntime.check("cudaStreamCreateWithFlags", stream, NON_BLOCKING);
        return Pointer.nativeValue(stream.getValue());
    }

    /** Destroys a stream once its work has completed. */
    public static void destroy(long stream) {
        CudaRuntime.check("cudaStreamDestroy", Pointer.createConstant(stream));
    }

    /** Makes a stream wait for the work queued so far on another one; the host does not wait. */
    public static void await(long stream, long other) {
        PointerByReference event = new PointerByReference();
        CudaRuntime.check("cudaEventCreateWithFlags", event, WITHOUT_TIMING);
        CudaRuntime.check("cudaEventRecord", event.getValue(), Pointer.createConstant(other));
        CudaRuntime.check(
                "cudaStreamWaitEvent", Pointer.createConstant(stream), event.getValue(), 0);
        CudaRuntime.check("cudaEventDestroy", event.getValue()); // once it has been reached
    }

    /**
     * Returns whether all work of a stream has completed.
     *
     * @throws LimeException if work on the stream failed
     */
    public static boolean isDone(long stream) {
        int code = CudaRuntime.call("cudaStreamQuery", Pointer.createConstant(stream));
        if (code != DONE && code != NOT_YET) {
            throw new LimeException("[cuda] work on the GPU failed with CUDA error " + code);
        }
        return code == DONE;
    }
}
