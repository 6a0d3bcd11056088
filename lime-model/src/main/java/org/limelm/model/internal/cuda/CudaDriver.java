package org.limelm.model.internal.cuda;

import com.sun.jna.Library;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import org.jspecify.annotations.Nullable;
import org.limelm.core.LimeException;

/** The functions of NVIDIA's driver library that launch kernels. All return 0 on success. */
interface CudaDriver extends Library {
    int cuDevicePrimaryCtxRetain(PointerByReference context, int device);

    int cuCtxSetCurrent(Pointer context);

    int cuModuleLoadData(PointerByReference module, Memory image);

    int cuModuleGetFunction(PointerByReference function, Pointer module, String name);

    int cuLaunchKernel(
            Pointer function,
            int gridX,
            int gridY,
            int gridZ,
            int blockX,
            int blockY,
            int blockZ,
            int sharedBytes,
            @Nullable Pointer stream,
            Pointer arguments,
            @Nullable Pointer extra);

    /** Returns the driver, which libtorch has loaded. */
    static CudaDriver instance() {
        return Holder.INSTANCE;
    }

    /**
     * Checks the result of a call.
     *
     * @throws LimeException if it is not 0
     */
    static void check(int code, String function) {
        if (code != 0) {
            throw new LimeException("[cuda] " + function + " failed with CUDA error " + code);
        }
    }

    /** Loads the library on first use. */
    final class Holder {
        private static final String LIBRARY = Platform.isWindows() ? "nvcuda" : "libcuda.so.1";
        static final CudaDriver INSTANCE = Native.load(LIBRARY, CudaDriver.class);

        private Holder() {}
    }
}
