package org.limelm.model.internal.torch;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.LibUtils;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import java.nio.file.Path;

/**
 * The part of libtorch's stable C interface that tells where a tensor lies ({@code
 * torch/csrc/inductor/aoti_torch/c/shim.h} of libtorch 2.7). Handles are DJL's; every function
 * returns 0 if it succeeded.
 */
interface TorchShim extends Library {
    int aoti_torch_get_data_ptr(Pointer tensor, PointerByReference data);

    int aoti_torch_get_dim(Pointer tensor, LongByReference dimensions);

    int aoti_torch_get_sizes(Pointer tensor, PointerByReference sizes);

    int aoti_torch_get_strides(Pointer tensor, PointerByReference strides);

    int aoti_torch_get_dtype(Pointer tensor, IntByReference type);

    /** The libraries of libtorch that the engine has loaded, each opened at its first use. */
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
            Engine.getEngine("PyTorch"); // loads the libraries: opening them again shares them
            Path folder = Path.of(LibUtils.getLibtorchPath());
            return Native.load(folder.resolve(System.mapLibraryName(name)).toString(), type);
        }
    }

    /** What only a build of libtorch for CUDA has. */
    interface CudaShim extends Library {
        int aoti_torch_get_current_cuda_stream(int device, PointerByReference stream);

        int aoti_torch_create_cuda_guard(int device, PointerByReference guard);

        int aoti_torch_delete_cuda_guard(Pointer guard);
    }
}
