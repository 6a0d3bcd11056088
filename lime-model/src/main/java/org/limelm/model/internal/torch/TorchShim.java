package org.limelm.model.internal.torch;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import java.nio.file.Path;

/**
 * The part of libtorch's stable C API that exposes tensor memory ({@code
 * torch/csrc/inductor/aoti_torch/c/shim.h} of libtorch 2.7). Handles are those of DJL; every
 * function returns 0 on success.
 */
interface TorchShim extends Library {
    int aoti_torch_get_data_ptr(Pointer tensor, PointerByReference data);

    int aoti_torch_get_dim(Pointer tensor, LongByReference dimensions);

    int aoti_torch_get_sizes(Pointer tensor, PointerByReference sizes);

    int aoti_torch_get_strides(Pointer tensor, PointerByReference strides);

    int aoti_torch_get_dtype(Pointer tensor, IntByReference type);

    /** The libtorch libraries loaded by the engine, each opened on first use. */
    final class Libraries {
        private Libraries() {}

        private static final class Cpu {
            static final TorchShim INSTANCE = load("torch_cpu", TorchShim.class);
        }

        private static final class Cuda {
            static final CudaShim INSTANCE = load("torch_cuda", CudaShim.class);
        }

        static TorchShim cpu() {
            return Cpu.INSTANCE;
        }

        static CudaShim cuda() {
            return Cuda.INSTANCE;
        }

        private static <T extends Library> T load(String name, Class<T> type) {
            Path folder = TorchNatives.loadedFrom(); // the loaded libraries are shared
            return Native.load(folder.resolve(System.mapLibraryName(name)).toString(), type);
        }
    }

    /** Functions available only in CUDA builds of libtorch. */
    interface CudaShim extends Library {
        int aoti_torch_get_current_cuda_stream(int device, PointerByReference stream);

        int aoti_torch_create_cuda_guard(int device, PointerByReference guard);

        int aoti_torch_delete_cuda_guard(Pointer guard);
    }
}
